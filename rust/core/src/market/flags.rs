//! Why somebody should wake up, as a bit set.

use core::ops::{BitAnd, BitOr, BitOrAssign};

use serde::{Deserialize, Serialize};

/// The answer of `update` and `advance`; empty means "nobody".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Flags(u16);

impl Flags {
    /// Nothing happened that anybody waits for.
    pub const NONE: Self = Self(0);
    /// The gate let the tick through.
    pub const SIGNIFICANT: Self = Self(1);
    /// A one-minute bar closed.
    pub const BAR_1M: Self = Self(2);
    /// A five-minute bar closed.
    pub const BAR_5M: Self = Self(4);
    /// A fifteen-minute bar closed.
    pub const BAR_15M: Self = Self(8);
    /// A one-hour bar closed.
    pub const BAR_1H: Self = Self(16);
    /// An armed level was hit.
    pub const LEVEL: Self = Self(32);
    /// The armed time came.
    pub const TIMER: Self = Self(64);
    /// The trade was below a closed bar and changed nothing.
    pub const LATE: Self = Self(128);

    /// A built-in signal proposes something.
    pub const SIGNAL: Self = Self(256);
    /// A paper exchange has reports.
    pub const ORDER: Self = Self(512);
    /// What only a [`Partner`](super::Partner) answers; it is never masked.
    pub const PARTNERS: Self = Self(256 | 512);

    /// Any combination.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }

    /// As an integer.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// True when no flag is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// True when all flags of `other` are set.
    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for Flags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for Flags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for Flags {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}
