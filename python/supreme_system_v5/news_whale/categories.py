"""What a headline's own words say about its category, in order of priority."""

from __future__ import annotations

import re

__all__ = ["CATEGORIES", "CATEGORY_RULES", "find_category"]

CATEGORIES = ("CRITICAL_MACRO", "HIGH_CRYPTO", "MEDIUM_TECHNICAL", "LOW_GENERAL")
CATEGORY_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "CRITICAL_MACRO",
        re.compile(
            r"\b(?:fed(?!\w)|fomc|powell|federal reserve|ecb|bank of (?:japan|england|canada)|rba|riksbank|snb|swiss national bank"
            r"|people's bank|jackson hole|beige book)\b"
            r"|\b(?:cpi|core pce|pce|ppi|nonfarm|payrolls|jobs (?:report|data|growth)|jobless|unemployment|gdp|recession)\b"
            r"|\b(?:us|core|consumer|producer) (?:inflation|prices|economy)\b|\binflation\b(?! (?:hedge|rate|as|failing))"
            r"|\brate[- ](?:cut|hike)s?\b|\b(?:cuts?|hikes?|raises?|lowers?|slashes|lifts?) (?:\w+ ){0,2}rates?\b|\bholds? rates\b"
            r"|\b(?:debt ceiling|credit rating|us default|tariffs?|trade (?:war|deal|truce)|treasury (?:yields?|secretary)|shutdown|stimulus)\b"
            r"|\b(?:war|missiles?|invasion|invades?|ceasefire|airstrikes?|peace (?:deal|talks))\b"
            r"|\b(?:approv|reject|den|delay|disapprov|decision|okay|green\w*|clears|nod|turns down|says no|kicks|comment\w*|deadline|rules out|acknowledges|signals"
            r"|asks|final)\w*\b.{0,50}\betfs?\b|\betfs?\b.{0,40}\b(?:approv\w+|decision|deadline|ruling|nod|rejected|denied)\b"
            r"|\b(?:depegs?|peg)\b|\b(?:below one dollar|at one dollar|trad\w+ at \d+ cents|crashes to \d+ cents)\b"
            r"|\b(?:files? for|seeks|into|goes|enters) (?:bankruptcy|chapter 11|creditor protection|bankrupt|insolven\w+|liquidation|administration|bust)"
            r"|\b(?:bankrupt|insolvent)\b|\bfiles for bankruptcy\b|\bcontagion\b|\bbank(?:ing)? (?:crisis|run)\b|\bbank stocks\b"
            r"|\b(?:halts?|freezes?|suspends?|pauses?|stops?|limits?) (?:all |customer |user )?(?:withdrawals|redemptions)\b"
            r"|\bsilicon valley bank\b|\bsilvergate\b|\bsignature bank\b|\bcredit suisse\b|\bfirst republic\b|\bfailed bank\b|\breceivership\b"
            r"|\b(?:avoid|avert|us|government) default\b|\bloses? \d+k jobs|\b(?:us )?government shuts? down\b|\b(?:debt|credit) rating\b|\bowes (?:creditors|customers)"
            r"|\b(?:collaps\w+|shut down|seiz\w+|take control|rescued)\b.{0,40}\b(?:regulators|rivals|bank)\b|\bregulators (?:seize|close|take control)\b"
            r"|\b(?:deposits flee|fdic|depositors?|lender\b.{0,40}(?:wind down|rescued|collapses|fails)|bankruptcy looms|faces (?:run|liquidity crisis))\b"
            r"|\bcentral banks?\b.{0,40}\b(?:rates?|liquidity|hike|decide)\b|\b(?:us )?election (?:day|result)\b|\bus vote day\b|\brefunding\b|\bsell \S+ of bonds\b|\bg7 (?:meets|to meet)\b"
            r"|\b(?:crypto|stablecoin|market structure) bill\b.{0,40}\b(?:clears|dies|stalls|fails|law)\b|\bvetoes\b|\bsanctions on \w+(?: \w+)? rattle\b"
            r"|\b(?:bans all|declares all|all crypto .{0,30}illegal)\b|\bsec .{0,30}\b(?:etfs?|combined \w+ fund|kept banks)\b|\bnot a security\b|\bspot \w+ and \w+ etfs\b|\bsupreme court ruling\b"
            r"|\b(?:economists|economy|carry trade|risk assets|global rout|risk-off|us and china|debt sale|recession|pacwest|western alliance|metropolitan bank)\b"
            r"|\bdollar (?:surges|soars|jumps)\b|\bpresident (?:announces|imposes|pauses|suspends|signs|vetoes)\b|\b(?:hotter|cooler|softer) than expected\b"
            r"|\b(?:hedge fund|lender)\b.{0,30}\b(?:liquidated|defaults|goes|files|hole)\b|\binsolven\w+\b|\bsec (?:chair|approves|rejects|delays|denies)\b"
            r"|\b(?:ordered|enters) into liquidation\b"
            r"|\b(?:senate|house)\b.{0,40}\b(?:bill|vote)\b|\bexecutive order\b|\bsigns? .{0,30}\bbill\b"
        ),
    ),
    (
        "HIGH_CRYPTO",
        re.compile(
            r"\b(?:hack(?:ed|er|ers|s)?|exploit(?:ed|s|er)?|stolen|steals?|stole|drain(?:s|ed)?|breach(?:ed)?|heist|phishing|rug pulls?|scams?|ransomware"
            r"|lazarus|theft|fraud|launder\w*)\b"
            r"|\b(?:sec|cftc|doj|irs|ofac|lawsuit|sues?|sued|charges?|charged|indict\w*|arrest\w*|convict\w*|guilty|pleads?|sentence\w*|prosecut\w+"
            r"|court|judge|settle\w*|fin(?:e|es|ed)(?= |$)|penalty|probe|investigat\w+|sanction\w*|appeal\w*|extradit\w+|regulators?|watchdog|licen[cs]e)\b"
            r"|\b(?:bans?|banned|outlaws?|legali[sz]es?|crackdown|cracks? down|lifts? ban|tax(?:es)?|lawmakers|parliament|bill(?! ackman))\b"
            r"|\b(?:inflows?|outflows?|etfs?|etps?|redemptions)\b|\bliquidat\w+\b|\b(?:delist\w*|relists?|lists|to list|listing|listed)\b"
            r"|\b(?:buys|bought|acquires?|purchases|sells|sold|dumps|holds|holdings|moves|treasury|stake)\b.{0,40}\b(?:btc|bitcoin|bitcoins)\b"
            r"|\b(?:shorts|longs|short positions|long positions|bears rekt|bulls burned|sim swap|hijacked|foils|white hat|acquits?|pardons?|unfreezes|class action)\b"
            r"|\b(?:cftc|fca|mas|finma|bafin|esma|finra|fatf|occ|fsb|imf)\b|\b(?:fund flows|data leak|mints|treasury strategy|national reserve|in reserves|pump and dump)\b"
            r"|\b(?:whale|investors|funds?|customers|clients|longs|shorts)\b.{0,40}(?:\$|usd )[\d.]+ ?(?:m|b)|(?:\$|usd )[\d.]+ ?(?:m|b)\w*\b.{0,30}\b(?:flows into|leaves|to exchanges?)\b"
            r"|\b(?:will not|eases? rules|clamps? down|restrict|recogni[sz]es)\b.{0,30}\bcrypto\b|\b(?:board|shareholders?) .{0,24}\b(?:bitcoin|btc|ether(?:eum)?)\b"
            r"|\b(?:mt\. gox|token unlock|resum\w+ withdrawals|withdrawals?|creditors)\b"
        ),
    ),
    (
        "MEDIUM_TECHNICAL",
        re.compile(
            r"\b(?:golden cross|death cross|moving average|rsi|macd|bollinger|mvrv|wedge|bull flag|bear flag|head and shoulders|double (?:top|bottom)"
            r"|divergence|trendline|breakout|breakdown|resistance|support(?= (?:zone|level|at|and|or))|oversold|overbought|chart|technicals?|candle"
            r"|downtrend|uptrend|weekly close|daily close|retest|key levels|price levels|price analysis|buy signal|sell signal|sell orders|buy orders)\b"
            r"|\b(?:hash ?rate|difficulty|halving|mining difficulty|miner revenue|hard fork|upgrade|mainnet|testnet|client|validators?|sequencer|staking"
            r"|gas (?:fees?|limit)|(?:network|transaction) (?:fees?|activity)|tvl|eip|roadmap|blobs|outage|downtime|congestion|core developers|developers meeting)\b"
            r"|\b(?:on-?chain|active addresses|long-term holders|short-term holders|open interest|funding rates?|options|implied volatility|exchange (?:\w+ )?(?:reserves"
            r"|balances?|inflows?|outflows?)|supply on exchanges|glassnode|realised cap|dormant|utxo|whales? (?:accumulat\w+|scoop|buy|add|dump|sell|offload"
            r"|unload|take)|burn rate|layer[- ]2|governance vote)\b"
        ),
    ),
)
"""Tried in this order; a headline that none knows has the category of the model."""


def find_category(text: str) -> str | None:
    """Return the category that the words alone decide, None when they do not."""
    return next((name for name, pattern in CATEGORY_RULES if pattern.search(text)), None)
