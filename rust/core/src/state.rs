//! Saved states: a versioned, checksummed envelope around the serialised value.
//!
//! Layout: 4 bytes magic, 1 byte version, 4 bytes CRC-32 (little endian) of all that follows, then
//! the kind's name and the value in postcard encoding. Floats keep their bits.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::CoreError;

const MAGIC: [u8; 4] = *b"SSV5";
/// Version of the layout; raised whenever a saved type changes its fields.
pub const VERSION: u8 = 3;

/// Serialises `value`.
///
/// # Errors
/// [`CoreError::State`] if the value cannot be encoded, which no type of this crate can cause.
pub fn save<T: Serialize>(kind: &'static str, value: &T) -> Result<Vec<u8>, CoreError> {
    let body = postcard::to_allocvec(&(kind, value))
        .map_err(|_| CoreError::State { kind, fault: "the value cannot be encoded" })?;
    let mut bytes = Vec::with_capacity(body.len() + 9);
    bytes.extend_from_slice(&MAGIC);
    bytes.push(VERSION);
    bytes.extend_from_slice(&crc32fast::hash(&body).to_le_bytes());
    bytes.extend_from_slice(&body);
    Ok(bytes)
}

/// Restores what [`save`] wrote, bit for bit.
///
/// # Errors
/// [`CoreError::State`] when the bytes are cut, changed, of another version or of another kind.
pub fn load<T: DeserializeOwned>(kind: &'static str, bytes: &[u8]) -> Result<T, CoreError> {
    let fault = |fault| CoreError::State { kind, fault };
    let rest = bytes.strip_prefix(&MAGIC).ok_or(fault("the bytes are not a saved state"))?;
    let (&version, rest) = rest.split_first().ok_or(fault("the bytes are cut short"))?;
    if version != VERSION {
        return Err(fault("they were saved by another version"));
    }
    let (sum, body) = rest.split_first_chunk().ok_or(fault("the bytes are cut short"))?;
    if u32::from_le_bytes(*sum) != crc32fast::hash(body) {
        return Err(fault("the checksum does not match"));
    }
    let (name, body) = postcard::take_from_bytes::<&str>(body)
        .map_err(|_| fault("the bytes are not a saved state"))?;
    if name != kind {
        return Err(fault("they hold the state of another class"));
    }
    postcard::from_bytes(body).map_err(|_| fault("the bytes do not fit this class"))
}
