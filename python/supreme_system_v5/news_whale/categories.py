"""What a headline's own words say about its category, in order of priority."""

from __future__ import annotations

__all__ = ["CATEGORIES", "CATEGORY_RULES"]

CATEGORIES = ("CRITICAL_MACRO", "HIGH_CRYPTO", "MEDIUM_TECHNICAL", "LOW_GENERAL")
CATEGORY_RULES: tuple[tuple[str, str, str | None], ...] = (
    (
        "CRITICAL_MACRO",
        (
            r"\b(?:fed|fomc|powell|federal reserve|ecb|bank of (?:japan|england|canada)|rba|riksbank|snb|swiss national bank"
            r"|people's bank|jackson hole|beige book)\b"
        ),
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:cpi|core pce|pce|ppi|nonfarm|payrolls|jobs (?:report|data|growth)|jobless|unemployment|gdp|recession)\b",
        None,
    ),
    ("CRITICAL_MACRO", r"\b(?:us|core|consumer|producer) (?:inflation|prices|economy)\b", None),
    (
        "CRITICAL_MACRO",
        r"\brate[- ](?:cut|hike)s?\b|\b(?:cuts?|hikes?|raises?|lowers?|slashes|lifts?) (?:\w+ ){0,2}rates?\b|\bholds? rates\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:debt ceiling|credit rating|us default|tariffs?|trade (?:war|deal|truce)|treasury (?:yields?|secretary)|shutdown|stimulus)\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:missiles?|invasion|invades?|ceasefire|airstrikes?|peace (?:deal|talks))\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        (
            r"\b(?:approv|reject|den|delay|disapprov|decision|okay|green\w*|clears|nod|turns down|says no|kicks|comment\w*|deadline|rules out|acknowledges|signals"
            r"|asks|final)\w*\b.{0,50}\betfs?\b|\betfs?\b.{0,40}\b(?:approv\w+|decision|deadline|ruling|nod|rejected|denied)\b"
        ),
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:depegs?|peg)\b|\b(?:below one dollar|at one dollar|trad\w+ at \d+ cents|crashes to \d+ cents)\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:files? for|seeks|into|goes|enters) (?:bankruptcy|chapter 11|creditor protection|bankrupt|insolven\w+|liquidation|administration|bust)",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:bankrupt|insolvent)\b|\bfiles for bankruptcy\b|\bcontagion\b|\bbank(?:ing)? (?:crisis|run)\b|\bbank stocks\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:halts?|freezes?|suspends?|pauses?|stops?|limits?) (?:all |customer |user )?(?:withdrawals|redemptions)\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\bsilicon valley bank\b|\bsilvergate\b|\bsignature bank\b|\bcredit suisse\b|\bfirst republic\b|\bfailed bank\b|\breceivership\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:avoid|avert|us|government) default\b|\bloses? \d+k jobs|\b(?:us )?government shuts? down\b|\b(?:debt|credit) rating\b|\bowes (?:creditors|customers)",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:collaps\w+|shut down|seiz\w+|take control|rescued)\b.{0,40}\b(?:regulators|rivals|bank)\b|\bregulators (?:seize|close|take control)\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:deposits flee|fdic|depositors?|lender\b.{0,40}(?:wind down|rescued|collapses|fails)|bankruptcy looms|faces (?:run|liquidity crisis))\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\bcentral banks?\b.{0,40}\b(?:rates?|liquidity|hike|decide)\b|\b(?:us )?election (?:day|result)\b|\bus vote day\b|\brefunding\b|\bsell \S+ of bonds\b|\bg7 (?:meets|to meet)\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:crypto|stablecoin|market structure) bill\b.{0,40}\b(?:clears|dies|stalls|fails|law)\b|\bvetoes\b|\bsanctions on \w+(?: \w+)? rattle\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:bans all|declares all|all crypto .{0,30}illegal)\b|\bsec .{0,30}\b(?:etfs?|combined \w+ fund|kept banks)\b|\bnot a security\b|\bspot \w+ and \w+ etfs\b|\bsupreme court ruling\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:economists|economy|carry trade|risk assets|global rout|risk-off|us and china|debt sale|recession|pacwest|western alliance|metropolitan bank)\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\bdollar (?:surges|soars|jumps)\b|\bpresident (?:announces|imposes|pauses|suspends|signs|vetoes)\b|\b(?:hotter|cooler|softer) than expected\b",
        None,
    ),
    (
        "CRITICAL_MACRO",
        r"\b(?:hedge fund|lender)\b.{0,30}\b(?:liquidated|defaults|goes|files|hole)\b|\binsolven\w+\b|\bsec (?:chair|approves|rejects|delays|denies)\b",
        None,
    ),
    ("CRITICAL_MACRO", r"\b(?:ordered|enters) into liquidation\b", None),
    (
        "CRITICAL_MACRO",
        r"\b(?:senate|house)\b.{0,40}\b(?:bill|vote)\b|\bexecutive order\b|\bsigns? .{0,30}\bbill\b",
        None,
    ),
    ("CRITICAL_MACRO", r"\binflation\b", r"\binflation (?:hedge|rate|as|failing)"),
    (
        "CRITICAL_MACRO",
        r"\bwars?\b",
        (
            r"\b(?:prices?|fees?|console|bidding|browser|coins?|tokens?|talent|patent|turf|ads?|hash|stablecoin|memes?|layer|exchange|chip|streaming|culture|word|gas"
            r"|marketing|platform|chain|rate|cold|proxy|legal|star) wars?\b|\bwar (?:chests?|rooms?|stor(?:y|ies)|games?|of words)\b|\btug[- ]of[- ]war\b|\bwar (?:on|against) (?:crypto|bitcoin)"
        ),
    ),
    (
        "HIGH_CRYPTO",
        (
            r"\b(?:hack(?:ed|er|ers|s)?|exploit(?:ed|s|er)?|stolen|steals?|stole|drain(?:s|ed)?|breach(?:ed)?|heist|phishing|rug pulls?|scams?|ransomware"
            r"|lazarus|theft|fraud|launder\w*)\b"
        ),
        None,
    ),
    (
        "HIGH_CRYPTO",
        (
            r"\b(?:sec|cftc|doj|irs|ofac|lawsuit|sues?|sued|charges?|charged|indict\w*|arrest\w*|convict\w*|guilty|pleads?|sentence\w*|prosecut\w+"
            r"|court|judge|settle\w*|fin(?:e|es|ed)|penalty|probe|investigat\w+|sanction\w*|appeal\w*|extradit\w+|regulators?|watchdog|licen[cs]e)\b"
        ),
        None,
    ),
    (
        "HIGH_CRYPTO",
        r"\b(?:bans?|banned|outlaws?|legali[sz]es?|crackdown|cracks? down|lifts? ban|tax(?:es)?|lawmakers|parliament)\b",
        None,
    ),
    (
        "HIGH_CRYPTO",
        r"\b(?:inflows?|outflows?|etfs?|etps?|redemptions)\b|\bliquidat\w+\b|\b(?:delist\w*|relists?|lists|to list|listing|listed)\b",
        None,
    ),
    (
        "HIGH_CRYPTO",
        r"\b(?:buys|bought|acquires?|purchases|sells|sold|dumps|holds|holdings|moves|treasury|stake)\b.{0,40}\b(?:btc|bitcoin|bitcoins)\b",
        None,
    ),
    (
        "HIGH_CRYPTO",
        r"\b(?:shorts|longs|short positions|long positions|bears rekt|bulls burned|sim swap|hijacked|foils|white hat|acquits?|pardons?|unfreezes|class action)\b",
        None,
    ),
    (
        "HIGH_CRYPTO",
        r"\b(?:cftc|fca|mas|finma|bafin|esma|finra|fatf|occ|fsb|imf)\b|\b(?:fund flows|data leak|mints|treasury strategy|national reserve|in reserves|pump and dump)\b",
        None,
    ),
    (
        "HIGH_CRYPTO",
        r"\b(?:whale|investors|funds?|customers|clients|longs|shorts)\b.{0,40}(?:\$|usd )[\d.]+ ?(?:m|b)|(?:\$|usd )[\d.]+ ?(?:m|b)\w*\b.{0,30}\b(?:flows into|leaves|to exchanges?)\b",
        None,
    ),
    (
        "HIGH_CRYPTO",
        r"\b(?:will not|eases? rules|clamps? down|restrict|recogni[sz]es)\b.{0,30}\bcrypto\b|\b(?:board|shareholders?) .{0,24}\b(?:bitcoin|btc|ether(?:eum)?)\b",
        None,
    ),
    (
        "HIGH_CRYPTO",
        r"\b(?:mt\. gox|token unlock|resum\w+ withdrawals|withdrawals?|creditors)\b",
        None,
    ),
    ("HIGH_CRYPTO", r"\bbill\b", r"\bbill (?:ackman|gates|miller)"),
    (
        "MEDIUM_TECHNICAL",
        (
            r"\b(?:golden cross|death cross|moving average|rsi|macd|bollinger|mvrv|wedge|bull flag|bear flag|head and shoulders|double (?:top|bottom)"
            r"|divergence|trendline|breakout|breakdown|resistance|support (?:zone|level|at|and|or)|oversold|overbought|chart|technicals?|candle"
            r"|downtrend|uptrend|weekly close|daily close|retest|key levels|price levels|price analysis|buy signal|sell signal|sell orders|buy orders)\b"
        ),
        None,
    ),
    (
        "MEDIUM_TECHNICAL",
        (
            r"\b(?:hash ?rate|difficulty|halving|mining difficulty|miner revenue|hard fork|upgrade|mainnet|testnet|client|validators?|sequencer|staking"
            r"|gas (?:fees?|limit)|(?:network|transaction) (?:fees?|activity)|tvl|eip|roadmap|blobs|outage|downtime|congestion|core developers|developers meeting)\b"
        ),
        None,
    ),
    (
        "MEDIUM_TECHNICAL",
        (
            r"\b(?:on-?chain|active addresses|long-term holders|short-term holders|open interest|funding rates?|options|implied volatility|exchange (?:\w+ )?(?:reserves"
            r"|balances?|inflows?|outflows?)|supply on exchanges|glassnode|realised cap|dormant|utxo|whales? (?:accumulat\w+|scoop|buy|add|dump|sell|offload"
            r"|unload|take)|burn rate|layer[- ]2|governance vote)\b"
        ),
        None,
    ),
    (
        "LOW_GENERAL",
        (
            r"\b(?:price|fee|console|bidding|browser|coin|token|talent|patent|turf|meme coin|chip|streaming|culture|marketing|platform|chain|wallet|legal) wars?\b|\bwar (?:chests?|rooms?|stor(?:y|ies)|of words)\b"
            r"|\b(?:how to|what is|explained|step-by-step|beginner'?s|price prediction|to watch this week|more news|podcast|interview|nft collection|ambassador)\b"
        ),
        None,
    ),
)
"""Category, a pattern of `supreme_system_v5.optimized.HeadlinePatterns`, and where it does not hold.

Tried in this order; a headline that none knows has the category of the model.
"""
