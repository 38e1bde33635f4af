"""What a model of words gets wrong: denials, reversals, flows, liquidations, surprises, previews.

Each rule is a pattern over sanitised text in small letters, in the order in which they are tried;
``docs/news.md``, "Rules", has them in words. The patterns are what
`supreme_system_v5.optimized.HeadlinePatterns` takes: ASCII, no look-around; `unless` says where
one does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ELSEWHERE",
    "ELSEWHERE_UNLESS",
    "HEDGE",
    "HEDGE_UNLESS",
    "OF_ACCOUNTS",
    "RULES",
    "Rule",
]

_UP = (
    r"(?:surg\w+|jump\w*|climb\w*|soar\w*|rall(?:y|ies|ied)|spik\w+|ris(?:e|es|ing)|rose|gains?|grow\w*"
    r"|increas\w+|hits?|reach\w*|tops?|higher|swell\w*|builds?|accelerat\w+|doubles?|skyrocket\w*"
    r"|up|record)"
)
_DOWN = (
    r"(?:f[ae]ll(?:s|ing|en)?|drop(?:s|ped|ping)?|plung\w+|tumbl\w+|sink\w*|slid\w+|slip\w*|slump\w*"
    r"|declin\w+|shr[aiu]nk?s?\w*|lower|eas(?:e|es|ing)|cool(?:s|ed|ing)?|slow(?:s|ed|ing)?|fad(?:e|es)"
    r"|cut|reduced|down|dwindl\w+|halves?|dr(?:y|ies) up|evaporat\w+|leaves?|lowest)"
)
_MACRO_COST = (
    r"(?:inflation|cpi|(?:eurozone|euro|uk|us|german|japan) prices|core pce|pce|producer prices|ppi|consumer prices|unemployment|jobless (?:rate|claims)"
    r"|recession (?:fears?|odds|risk)|core inflation|default risk|treasury yields?)"
)
_BAD = (
    r"(?:(?:[\w$.'-]+ ){0,3}?(?:lawsuits?|suit|case|charges?|ban|bans|probe|investigation|appeal|objection"
    r"|complaint|class action|sanctions|crackdown|restrictions?|freeze|(?:withdrawal )?limits?|tax"
    r"|accusations?|warning|rules?|tariffs|conviction|prohibition|fines?|penalt(?:y|ies)|verdict|curbs?|embargo|prosecution|indictment|injunction|moratorium|mandate|blockade"
    r"|plans? to (?:outlaw|ban|tax|restrict|forbid|curb)|proposal to (?:outlaw|ban|tax|restrict|forbid)))"
)
_STOP = (
    r"(?:drops?|dropped|withdraws?|withdrew|dismiss\w*|throws? out|toss\w*|ends?|ended|closes?|lifts?"
    r"|lifted|revers\w+|overturn\w*|repeals?|rescinds?|scraps?|abandons?|strikes? down|removes?|drops? plan to"
    r"|abolish\w*|rolls? back|rolled back|eases?|pauses?|walk(?:s|ed)? away from|vot(?:es|ed) down|back(?:s|ed)? (?:down|off|away)(?: (?:on|from))?|backtrack\w* on|does away with"
    r"|did away with|vacat\w+|ends? (?:its )?pursuit of|stops? (?:pursuing|enforcing)|shelves?|discards?|quash\w*|wip(?:es|ed) (?:away|out)|nullif\w+|waives?|axes|settles?"
    r"|loosens?|relax\w*|softens?|terminat\w+|halts?|veto(?:es|ed))"
)


_CLAIM = (
    r"(?:claims?|allegations?|reports?|reported|rumou?rs?|stor(?:y|ies)|speculation|talk|chatter|fud|accusations?|suggestions?|gossip|whispers?|news|posts?"
    r"|tweets?|statements?|announcements?|messages?|screenshots?|videos?|letters?|memos?|documents?|filings?|headlines?|press releases?|articles?|listing"
    r"|hack|breach)"
)
_FALSE = (
    r"(?:false|fake|untrue|inaccurate|incorrect|wrong|baseless|unfounded|groundless|unsubstantiated|fabricated|invented|made[- ]up|bogus|nonsense|fiction"
    r"|(?:total |complete |pure )?(?:lies|rubbish|fud)|erroneous|mistaken|doctored|forged|debunked|unauthori[sz]ed|(?:a|an|the) (?:hoax|lie|mistake|error|fake|forgery|prank)|(?:malicious |idle |mere )?gossip"
    r"|not (?:true|real|authentic|genuine|accurate|correct|credible)|without (?:basis|foundation|merit))"
)
_BLAMED = (
    r"\b(?:charg(?:es?|ed|ing)|sue[sd]?|lawsuit|fine[sd]?|guilty|admits?|accus\w+|convict\w*|indict\w*|pleads?|jail\w*|sentenced|scam\w*|phishing"
    r"|victims?|trick\w*|spread\w*|stolen|steals?|drain\w*|airdrop|promot\w+|impersonat\w+)\b"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: What it is called in the reasons.
        pattern: Looked for in the text in small letters.
        sign: -1, 0 or 1: what the headline says where the pattern is found.
        unless: Not where this is found; None for nothing.
    """

    name: str
    pattern: str
    sign: int
    unless: str | None = None


_FEES = r"(?:gas fees?|transaction fees?|(?:network )?fees?)"
_ETF = r"(?:etfs?|etps?|funds?|trusts?|products?)"

_EXCHANGE = r"(?:binance|coinbase|kraken|okx|bybit|kucoin|gemini|bitfinex|bitstamp|upbit|bithumb|bitget|deribit|gate\.io|crypto\.com|robinhood|huobi|htx|mexc|bitmex|bullish)"
_EXCHANGES = rf"(?:(?:crypto |centrali[sz]ed |major |trading )?exchanges?|an exchange|{_EXCHANGE})"
_COIN = (
    r"(?:bitcoins?|btc|ether|eth|ethereum|xrp|solana|sol|bnb|dogecoin|doge|cardano|ada|litecoin|ltc|polkadot|avalanche|chainlink|link|polygon|shiba inu|tron"
    r"|toncoin|aptos|arbitrum|stellar|hedera|uniswap|monero|sui|altcoins?|coins|tokens|cryptos?)"
)
_STABLE = r"(?:stablecoins?|usdt|usdc|tether|dai|usde|ethena|busd|tusd|pyusd|fdusd|gusd|rlusd|susd|usdp|usdd|frax)"
_STORE = (
    rf"(?:exchange (?:\w+ )?(?:reserves?|balances?|suppl(?:y|ies)|holdings)|{_EXCHANGE}(?:'s)? {_COIN} (?:reserves?|balances?|holdings)"
    rf"|(?:supply|reserves?|balances?|holdings|(?:coins?|bitcoins?|btc|ether|eth|xrp) (?:that (?:is|are) )?(?:held|kept|left|sitting|stored)|coins) (?:held |kept )?(?:at|on|in) {_EXCHANGES}|(?:btc|bitcoin|eth|ether|xrp|sol) (?:on|at) (?:crypto )?exchanges)"
)
_REGULATOR = r"(?:(?:us |federal )?(?:sec|cftc|doj|fdic|irs|fca|finma|esma|asic|bafin|sebi|nydfs|finra|attorney general|treasury|feds|government|regulators?|prosecutors?|watchdog|agency|justice department|securities regulator)(?:'s|s')?)"
_PLEA = r"(?:motions?|requests?|appeals?|bids?|petitions?|claims?|attempts?|efforts?|demands?|pleas?|case|suit|lawsuit|charges|complaint|theory|arguments?)"
# What may stand between a verb and the flows it ends: never "with" or "on", which begin something new.
_STREAK = (
    r"(?:(?:the|its|their|a|an|all|of|net|record|long|brutal|painful|straight|consecutive|spot|etfs?|funds?|etps?|run|streak|spree|spell|string|[a-z]+teen|one|two|three|four"
    rf"|five|six|seven|eight|nine|ten|eleven|twelve|\$?[\d.,]+\w*|[\w-]*(?:day|week|month|year)s?|{_COIN}) )*"
)
_ENDS = r"(?:snap(?:s|ped|ping)?|end(?:s|ed|ing)?|breaks?|broke|halt(?:s|ed)?|stop(?:s|ped)?|revers(?:es?|ed))"
_IS_OVER = r"(?:ends?|ended|snaps?|snapped|broken|stops?|stopped|halted|reverses?|reversed|comes? to (?:an end|a halt|a stop)|(?:is|are|looks?) (?:now |finally )?over\b|over[,;]|over$|vanish|stalls?)"


def _streak_ends(flow: str) -> str:
    """Somebody ends a run of such flows, or it ends by itself; "flows over $1B" are no end."""
    return (
        rf"\b{_ENDS} {_STREAK}{flow}|\b{flow}s?(?: (?:run|streak|spree|spell|string))?"
        rf"(?: (?:at|from|into|to|for|in|of) (?:[\w'-]+ ){{0,3}}[\w'-]+)?(?: (?:has|have|finally|at last|now|is|are|was|were))* {_IS_OVER}"
    )


_FORECASTS = r"(?:[\w'-]+ ){0,3}(?:forecasts?|estimates?|expectations?|views?|consensus|expected|feared|predictions?|projections?|polls?)"
_MOVES = r"(?:sends?|sent|push(?:es|ed)|drags?|dragged|drives?|drove|knock(?:s|ed)?|pull(?:s|ed)?|lift(?:s|ed)?|propel(?:s|led)?|help(?:s|ed)?|boost(?:s|ed)?|tips?|tipped|nudges?|nudged)"
_MARKET = rf"(?:(?:the |spot )?{_COIN}(?: (?:prices?|markets?))?(?:,? (?:and )?{_COIN})*)"
_ENFORCED = (
    r"(?:enforcement(?: actions?)?|fines?|penalt(?:y|ies)|charges?|lawsuits?|suit|prosecution|bans?|bankruptcy|delisting|default|jail|prison|sanctions|liquidation|hacks?"
    r"|attack|exploit|breach|shutdown|recession|crash|collapse|case|action|crisis|depeg|insolvency|theft|heist|trial|run)"
)

RULES = (
    # A court turns down who is against us.
    Rule("regulator loses",
         rf"\b(?:court|judges?|jury|tribunal|justices)\b.{{0,16}}\b(?:rejects?|rejected|den(?:y|ies|ied)|refus\w+|turns? down|turned down|dismiss\w*|throws? out|threw out|toss\w*|blocks?|blocked|rul\w+ against|sides? against)\b (?:the |an? |all )?"
         rf"{_REGULATOR} (?:[\w'-]+ ){{0,3}}{_PLEA}\b|\b{_REGULATOR} (?:[\w'-]+ )?{_PLEA}\b.{{0,40}}\b(?:rejected|denied|turned down|dismissed|thrown out|tossed)\b"
         rf"|\b(?:sec|cftc|doj|irs|regulators?|prosecutors?|government|agency|watchdog) (?:loses?|lost|fails? in) (?:[\w'-]+ ){{0,3}}{_PLEA}\b", 1,
         rf"\band\b|joint|settlement|\bplea deal\b|\bsec-|\bmotion to dismiss\b|\bnot (?:been )?(?:denied|dismissed|rejected|thrown|tossed)|against (?:the )?(?:sec|cftc|doj)\b|\b(?:denies|rejects) (?:{_REGULATOR} )?(?:claims?|allegations?) (?:of|that|it|he)"),
    # Denials and retractions: what was claimed is taken back.
    Rule("denial",
         r"\bden(?:y|ies|ied|ying) (?:(?:that |it |they |he |she )+(?:ever |has |have |had |was |were |is |are |will |would |been |being |not )*(?:\w+ed|\w+ing|plan\w*|sold|bought|is|are|was|were|has|will|knew|held|lost)\b|(?:ever |having |being )*\w+ing\b|having |being |any )"
         r"|\bden(?:y|ies|ied|ying) (?:[\w'-]+ ){0,3}(?:rumou?rs?|reports?|claims?|allegations?|accusations?|speculation|talks?|link|links|involvement|wrongdoing|plans?)\b", 0,
         r"\b(?:court|judges?|jury|tribunal|regulators?) den|\bdenied by\b|\bden(?:y|ies|ied|ying) (?:the |an? )?(?:listing|trading|pending|existing|remaining|staking|lending|banking|mining|licensing|spending|operating|filing$)\b"
         r"|^[^,;]*\b(?:hack\w*|exploit\w*|stolen|delay\w*|halts?|los(?:es|t)|crack|plung\w+|tumbl\w+|slump\w*|sinks?)\b[^,;]*(?:[,;]| as ).*\b(?:den(?:y|ies)|refut)"),
    Rule("denial",
         r"^statements? (?:regarding|on|about|concerning)\b.{0,40}\b(?:unauthori[sz]ed|false|fake|inaccurate|compromised?|erroneous)\b"
         r"|\bunauthori[sz]ed (?:access|use|activity|log-?in|entry|posts?|tweets?|messages?)\b.{0,60}\b(?:account|x\.com|@?secgov|twitter|handle|profile|feed|on x|social media)\b"
         r"|\b(?:account|x\.com|@secgov|twitter|handle)\b.{0,30}\bunauthori[sz]ed (?:access|use|activity|posts?|tweets?)\b"
         r"|\b(?:posts?|tweets?|messages?|announcements?|notices?|letters?|statements?|memos?|e-?mails?|filings?|approvals?)\b.{0,40}\b(?:not (?:from|by|of)|(?:came|come|comes|is|was|were|sent|made|written|posted) (?:from|by) (?:an? |the )?(?:\w+ )?(?:hackers?|intruders?|attackers?|impostors?|imposters?|impersonators?|fraudsters?|pranksters?))\b"
         r"|\b(?:walk(?:s|ed)? back|backtrack\w*|disown\w*|disavow\w*|takes? back)\b.{0,60}\b(?:hack\w*|accounts?|posts?|tweets?|error|mistake|messages?|false|fake)\b"
         r"|\b(?:hackers?|intruders?|attackers?|impostors?)\b.{0,30}\b(?:behind|posted|wrote|sent|faked?|made up)\b.{0,30}\b(?:posts?|tweets?|approval|announcement|message|news|claim)\b"
         r"|\bnever (?:approv|clear|grant|authori[sz]|greenl|agreed|signed|sent|wrote|posted|issued|gave (?:the |a )?(?:go-ahead|approval|green light|nod))\w*", 0,
         rf"{_BLAMED}|\$[\d.]|\blos(?:es|t|e)\b"),
    Rule("denial", r"\b(?:is|was|are|were|has|have|had|been)? ?not (?:been |being |under )?(?:arrest(?:ed)?|detained|in custody|hacked|insolvent|bankrupt|shutting down|winding down|in talks|for sale|fleeing|on the run)\b", 0,
         rf"{_BLAMED}|\bif not\b|\bnot only\b|\bwhy\b"),
    Rule("denial", r"\b(?:den(?:y|ies|ied|ying)|refut\w+|debunk\w*|rebut(?:s|ted)?|disavow\w*|retract\w*|contradict\w*)\b|\bdisput\w+ (?:\w+ ){0,2}(?:report|claim|allegation|stor|account)", 0,
         r"\bden(?:y|ies|ied|ying) (?:[\w.'-]+ ){0,5}(?:applications?|proposals?|etfs?\b|motions?|bail|appeals?|settlement|entry|access|licen[cs]es?|requests?|petitions?"
         r"|registration|permission|permits?|visas?|stay|injunction|parole|release|charters?|listings? of)\b|\bdenied by\b|\b(?:court|judge|jury) den"
         r"|^[^,;]*\b(?:hack\w*|exploit\w*|stolen|delay\w*|halts?|los(?:es|t))\b[^,;]*[,;].*\b(?:den(?:y|ies)|refut)|sec disapproves"),
    Rule("denial",
         rf"\b(?:rejects?|rejected|dismiss\w*|shoots? down|shot down|brush\w* (?:off|aside)|(?:pours?|throws?) cold water on|plays? down|downplays?|pushes? back (?:on|against)"
         rf"|laughs? off|scotch\w*|squash\w*|quash\w*|knocks? down|rubbish(?:es|ed))\b.{{0,40}}\b{_CLAIM}\b", 0,
         r"\b(?:court|judge|jury|rates?|rate[- ]cut|cuts?|hikes?|lawsuit|class action|settlement|listing|filings?)\b|(?:claims|allegations) (?:against|of (?:customers|creditors|investors))"),
    Rule("denial", rf"\b{_CLAIM}\b.{{0,60}}\b(?:is|are|was|were|as|to be|proves?|proved|turns? out)(?: (?:entirely|completely|simply|totally|just|all))? {_FALSE}\b"
         rf"|\bcall(?:s|ed|ing)?\b.{{0,50}}\b{_FALSE}(?:$|[ ,:;.])|\b{_FALSE} (?:[\w.'-]+ ){{0,2}}{_CLAIM}\b|\b{_CLAIM} (?:was |is )?(?:{_FALSE}|fabricated)(?:$|[,;:])"
         r"|\bit was (?:a mistake|an error|fake|a hoax)\b|^(?:correction|clarification|retraction|fact check|fake news|hoax):|^(?:fake news|fact check)\b|\ban? hoax\b", 0, _BLAMED),
    Rule("denial",
         r"(?:\b(?:account|feed|profile|handle|page)|@\w+)\b.{0,30}\b(?:compromised|hacked|hijacked|breached|taken over)\b|\b(?:compromised|hacked|hijacked) (?:[\w']+ )?account\b", 0,
         rf"{_BLAMED}|\$[\d.]|\blos(?:es|t|e)\b"),
    Rule("denial",
         r"\b(?:has|have|had|did|does|do|was|were) ?(?:not|n't|never) (?:yet |any |been |to |made any )*(?:approv\w*|files?|filed|buy|bought|sell|sold|come from|originat\w+|hacked|breached|halt(?:ed)? (?:withdrawals|trading|redemptions)"
         r"|agreed?|compromised|affected|offered|involved|behind|planned|taken|decid\w+|exit(?:ed)?|stop(?:ped)?|crash\w*|leak\w*|happen\w*|signed?|fled|flee|merge\w*|resign\w*|lose|lost|parted|freeze|froze|delist\w*|clear\w*|posted?|sent|issued?|authori[sz]e\w*|greenli\w+|reach(?:ed)? (?:a|any) de\w+)\b", 0,
         rf"{_BLAMED}|\bwhy\b"),
    Rule("denial",
         r"\bno (?:truth|evidence|basis|substance) (?:to|of|for|in|that)\b|\bno (?:[\w-]+ ){0,3}approval\b|\bno (?:final |formal |such )?(?:decision|ruling|determination|agreement|approval|filing)s? (?:yet|ha(?:s|ve)|was|were|on|about|to|made)\b"
         r"|\b(?:made|makes) no (?:such |final |formal )?(?:filing|decision|ruling|offer|statement)|\bthere (?:is|are|was|were) no (?:[\w-]+ ){0,3}(?:plans?|decision|truth|breach|hack|token|deal|agreement|halt|talks|merger|probe|bans?)\b"
         r"|\b(?:has|have|had) no (?:plans?|intention|intent|basis|knowledge|merit|foundation)\b|\bno (?:[\w-]+ ){0,2}(?:plans?|intention) (?:to|for|of)\b|\bno (?:[\w-]+ ){1,4}(?:has|have|was|were|had) (?:yet |ever )?(?:been )?(?:approved|cleared|agreed|signed|filed|taken|made|authori[sz]ed|greenlit|hacked|lost|stolen|affected|slashed|leaked|missing|harmed)\b|\bno funds (?:were )?lost\b|\b(?:is|was|were|are) (?:never|not|n't) (?:being )?(?:discussed|considered|planned|on the table|ever on the table)"
         r"|\bno .{0,40}\b(?:is|was|were|are) (?:ever |being |even )*(?:discussed|considered|planned|on the table|in the works)", 0,
         rf"{_BLAMED}|\bno plans? to (?:cut|lower|ease|lift|drop|end|stop)|\bno evidence of (?:crime|wrongdoing|fraud)"),
    Rule("denial",
         r"\bsays? .{0,40}\b(?:isn't|is not|aren't|are not|was not|wasn't|were not) (?:down|bankrupt|insolvent|leaving|selling|buying|delisting|shutting|hacked|closing|planning|being|under)\b"
         r"|\b(?:clarif\w+|insists?|assur\w+|reassur\w+|stress(?:es|ed))\b.{0,40}\b(?:not|n't|never|no|solvent|safe|fully backed|fine)\b|\b(?:we|it|they|he|she|company|exchange|firm|network|platform|funds?)(?: is| are| was| were|'re|'s) not\b|\bremains? (?:unapproved|not approved|undecided)\b|\bnot (?:the )?sec\b|\bnot (?:sent|written|made|issued|posted) by\b|\bsold none\b|\bnothing to (?:the|this|that) (?:tale|story|rumou?r|report|claim)\b|\bis not (?:down|insolvent|bankrupt|delisting|shutting down|leaving)\b"
         r"|^no, .*\b(?:isn't|is not|won't|will not)\b|\bwithdrawals are (?:working|normal)|\bclaims? untrue\b|\bignore false\b|\bnever (?:planned|approved|agreed|filed|intended|said)\b|\bnever \w+.{0,60}\b(?:says?|insists?|tells|adds|according)\b", 0,
         r"\b(?:court|judge)\b|rates?\b|\bnot (?:too late|a matter|just|only|over|all|clear|about|the (?:first|only|end)|surpris\w*|easy|enough|alone|always|necessarily|every\w*|even)\b"),
    Rule("denial",
         r"\b(?:withdraws?|withdrew|corrects?|walks? back|pulls?|deletes?|removes?|takes? down|took down|takes? back|took back|apologi[sz]es? (?:for|over)|sorry for)\b (?:[\w'-]+ ){0,3}(?:stor(?:y|ies)|reports?|articles?|headlines?|claims?|tweets?|posts?|statements?|announcement|error)\b", 0),
    Rule("denial", r"\bfalse alarms?\b", 0, r"\b(?:no|not a) false alarm"),
    Rule("rumour", r"^(?:rumou?r|unconfirmed)\b|\bunconfirmed reports?\b", 0),
    # What is not done: something bad stays, or does not get better.
    Rule("something bad stays",
         rf"\b(?:refus\w+|declin\w+|fail(?:s|ed|ing)?|will not|won't|unlikely|not ready|unable|unwilling|vot(?:es|ed) (?:against|not)|rul(?:es|ed) out|reluctant)\b(?: plans?| moves?| bid)? (?:to )?"
         rf"(?:lift|lifting|drop|dropping|dismiss\w*|end|ending|toss|scrap|throw(?:ing)? out|remov\w+|eas(?:e|ing)|overturn\w*|withdraw\w*|repeal\w*|revers\w+|unfreez\w+|revok\w+|rescind\w*|roll back) {_BAD}\b"
         rf"|\bkeeps? (?:its |the |all |a )?(?:[\w'-]+ ){{0,2}}(?:ban|freeze|restrictions?|sanctions|curbs|limits)\b(?: on [\w ]+)? (?:in place|unchanged|intact)|\b(?:retains?|maintains?|upholds?|upheld|extends?|reaffirms?|reinstat\w+|renews?)\b (?:its |the |all |a |his |their )?(?:[\w'-]+ ){{0,3}}(?:bans?|freeze|restrictions?|sanctions|curbs|conviction|fine|verdict|limits|prohibition|charges|case)\b"
         r"|\b(?:loses?|lost|fails? in) (?:\w+ )?(?:bid|appeal|fight|battle|attempt|case|challenge|motion)\b|\b(?:ban|freeze|lawsuit|case|suit|charges|sanctions|probe)\b.{0,30}\b(?:to stay|will proceed|to proceed|can proceed|goes ahead|moves? forward)\b"
         r"|\b(?:lawsuits?|suit|case|charges?|probe|bans?|sanctions|tariffs|freeze|limits?|curbs|restrictions?|class action|investigation|verdict|fines?)\b.{0,40}\b(?:not|n't|never)(?: \w+)? (?:be |been |yet |to be |being |fully )*(?:dropped|dismissed|thrown out|lifted|withdrawn|tossed|quashed|vacated|ended|over|removed|eased|overturned|settled|resolved|reversed|scrapped|closed|cleared|rolled back)\b"
         r"|\b(?:not|n't|never) (?:been )?(?:lift|drop|end|dismiss|eas|remov|withdr[ae]w|toss|throw out|settle|clos|scrap)\w* (?:its |the |all )?(?:[\w'-]+ ){0,3}(?:lawsuits?|suit|case|charges|ban|sanctions|curbs|restrictions?|probe|tariffs|freeze)\b"
         r"|\b(?:sell-?off|fear|panic|winter|rout|bear market|slump|crisis|bleeding|pressure|slide|downturn|crash|pain)\b.{0,24}\b(?:no (?:end|let-?up|signs? of (?:\w+ ){0,2}(?:eas|end|stop|slow|let|abat|fad)\w*|relief|bottom)|(?:far from|not|n't|nowhere near) (?:yet |being )?(?:over|finished|done|ended))\b",
         -1, rf"\b{_REGULATOR} (?:loses?|lost|fails? in)\b|\bcash (?:deal|dividend|reserve|pile|payout|offer)|dividend|\bnot guilty\b"),
    # What could have been bad is not, and what is begun against somebody.
    Rule("something bad fails",
         rf"\b(?:hackers?|attackers?|thieves|scammers|intruders|exploiters?|phishers)\b (?:\w+ )?(?:fail\w*|unable|cannot|could not)\b|\b(?:hack|attack|exploit|breach|takeover|theft|heist|raid|scam)(?: attempts?)?(?: (?:on|against|of|by) (?:[\w'-]+ ){{1,4}}| (?:\w+ )?)(?:fail(?:s|ed)?|foiled|thwarted|blocked|repelled|averted|prevented|stopped)\b"
         rf"|\b(?:avoid(?:s|ed)?|escap(?:es?|ed)|dodge[sd]?|avert(?:s|ed)?|sidestep(?:s|ped)?|spared|fend(?:s|ed)? off|stave[sd]? off|thwart(?:s|ed)?|foil(?:s|ed)?|repel(?:s|led)?) (?:[\w'$.-]+ ){{0,3}}{_ENFORCED}\b"
         r"|\b(?:cancel(?:s|led)?|revers(?:es|ed)|drop(?:s|ped)?|abandon(?:s|ed)?|scrap(?:s|ped)?|call(?:s|ed)? off|back(?:s|ed)? (?:off|down|away from)|rescinds?|rescinded|withdraws?|withdrew|shelves?|shelved|u-turns? on|undo(?:es)?|walk(?:s|ed)? back|delay(?:s|ed)?|postpone[sd]?) (?:its |the |a |an )?(?:[\w'-]+ ){0,4}(?:delist\w*|layoffs|lay-offs|job cuts|shutdown|closure|wind(?:ing)?[- ]?down)\b"
         r"|\b(?:will not|won't|would not|did not|decides? (?:against|not to)|opts? not to) (?:be )?(?:delist\w*|sue|prosecut\w+|outlaw\w*)\b", 1,
         r"\b(?:fail(?:s|ed)? to|cannot|can't|unable to|tr(?:y|ies|ied) to|seeks? to|hopes? to|how to|bid to|may|might|could|to) (?:avoid|escape|dodge|avert|fend|stave|thwart|foil|cancel|reverse)|\bcannot (?:withdraw|repay|pay)|\bnot (?:avoid|escape|reverse|cancel)|unable to (?:repay|pay|cover)|\btax"),
    Rule("case begins",
         r"\b(?:re-?opens?|re-?opened|opens?|opened|opening|launch(?:es|ed)?|beg(?:ins?|an)|starts?|started|initiate[sd]?|kicks? off|mounts?|expand(?:s|ed)?|widen(?:s|ed)?|step(?:s|ped)? up) (?:an? |its |the |new |formal |their |another )*(?:[\w'/-]+ ){0,4}?(?:probes?|inquir(?:y|ies)|enquir(?:y|ies)|investigations?|lawsuit|case|proceedings)\b|\border(?:s|ed)? (?:an? )?(?:\w+ ){0,2}(?:probe|inquiry|investigation)\b", -1,
         r"\b(?:use|business|show|test|best|in|any|study|just in) case|\bcase (?:for|study|studies)|\bends? (?:its |the )?(?:probe|inquiry|investigation|case)|\bbug bounty|\bno (?:probe|inquiry|investigation)|\b(?:start|beginning|opening) of\b|\b(?:probe|inquiry|investigation|case) (?:into|against) (?:\w+ ){0,3}(?:ends?|dropped|closed|dismissed)|\bclosing\b"),
    Rule("cost does not fall", rf"\b{_MACRO_COST}\b.{{0,30}}\b(?:fails?|failed|refus\w+|not|n't|stubborn\w*|sticky|proves? stubborn)\b.{{0,12}}\b(?:cool|eas(?:e|ing)|fall|slow|drop|declin\w+|sticky)|\b(?:sticky|stubborn|persistent) (?:\w+ )?(?:inflation|cpi|prices)|\binflation (?:\w+ )?(?:sticky|stubborn|persists)", -1),
    Rule("no haste to cut", r"\b(?:no|not in an?|little|without|isn't in an?|in no)\b (?:need |reason |case |particular )?(?:to )?(?:hurry|rush|hasten|haste|urgency)\b.{0,24}\b(?:cut\w*|eas\w+|lower\w*|rates?)\b|\b(?:no|not) (?:rate )?cuts? (?:until|before|this year|soon|in sight)|\bno plans? to (?:cut|lower|ease)\b"
         r"|\b(?:pushes? back|pushed back|pours? cold water|throws? cold water)\b.{0,24}\b(?:cuts?|easing)\b|\brul(?:es|ed) out .{0,16}\bcuts?\b|\b(?:too (?:early|soon)|premature|not (?:yet )?(?:ready|prepared|willing|time)|(?:no|not) rush) to (?:cut|ease|lower)|\bhigher for longer\b|\b(?:won't|will not|cannot|refus\w+ to|declin\w+ to|hesitat\w+ to) (?:cut|lower|ease) (?:\w+ )?rates|\bcuts? (?:will |may |must )?(?:have to |has to )?wait\b|\b(?:fewer|later|delays?|slower) (?:rate )?cuts\b", -1),
    Rule("cools more than expected", rf"\b{_MACRO_COST}\b.{{0,20}}\b(?:{_DOWN}|slower)\b.{{0,20}}\b(?:more|faster|further|quicker) than\b|\b{_MACRO_COST}\b.{{0,30}}\bslower than (?:expected|feared|forecast)", 1),
    Rule("share of the market", r"\bdominance\b", 0, r"\b(?:rall\w+|surg\w+|soar\w*|jumps?|plung\w+|crash\w*|tumbl\w+|slump\w*|rout|regains? \$)"),
    # Flow nouns: the sign is that of the pair.
    Rule("stablecoin inflow",
         rf"\b{_STABLE}\b.{{0,40}}\b(?:inflows?|deposits?) (?:on|in)?to {_EXCHANGES}\b|\b{_STABLE}\b.{{0,30}}\b(?:lands?|arriv\w+|flow\w*|mov\w+|sent|pour\w*|deposit\w+|hit|head\w*|streams?)\b (?:\w+ )?(?:on|in|to|into|onto|at)? ?{_EXCHANGES}\b"
         rf"|\bexchanges?\b.{{0,20}} {_STABLE} inflows?\b|\bstablecoin inflows\b|\b{_STABLE}\b.* inflows? to {_EXCHANGES}\b", 1, r"outflow|leav|from exchanges|slow|fall|drop|dry|low\b"),
    Rule("stablecoin outflow",
         rf"\b{_STABLE}\b.{{0,30}}\b(?:outflows? from|leav(?:es?|ing)|left|withdrawn from|flow\w* out of|exit(?:s|ed|ing)?|flee\w*) {_EXCHANGES}\b|\bexchange {_STABLE} outflows?\b|\boutflows? of {_STABLE} from {_EXCHANGES}\b", -1,
         r"slow|eas(?:e|es|ing)\b|fall|drop"),
    # Coins go to an exchange to be sold and leave it to be kept; money that leaves one is fear.
    Rule("exchange inflow falls",
         rf"\b(?:exchange (?:\w+ )?inflows?|(?:inflows?|deposits) (?:on|in)?to {_EXCHANGES})\b.{{0,24}}\b(?:{_DOWN}|fall|lows?|fewest|smallest)\b", 1, rf"\b{_STABLE}\b|{_ETF}\b|halt|suspen|pause"),
    Rule("exchange outflow",
         rf"\b{_COIN} (?:\w+ )?outflows? from {_EXCHANGES}\b|\boutflows? of (?:[\w,.$]+ )?{_COIN} from {_EXCHANGES}\b|\bexchange (?:\w+ )?outflows?\b|\boutflows? from (?:crypto |centrali[sz]ed |major )?exchanges\b"
         rf"|\b{_COIN} (?:leaves?|left|exits?|exited) {_EXCHANGE}\b|\b{_EXCHANGE} (?:sees?|saw|records?|logs?|posts?|registers?) .{{0,30}}\b{_COIN} outflows?\b|\b{_EXCHANGE} (?:sees?|saw|records?|logs?|posts?) .{{0,16}}\boutflows? of [\d,.]+k? {_COIN}\b",
         1, rf"\b{_STABLE}\b|{_ETF}\b|outflows? (?:slow|eas|fall|drop|shrink|dry)|outflow.*\blows?\b|\b(?:hack\w*|exploit\w*|stolen|bank run|panic)\b"),
    Rule("run on an exchange",
         rf"\b{_EXCHANGE}(?:'s)? (?:net )?outflows?\b|\b{_EXCHANGE} (?:\w+ )?(?:sees?|saw|faces?|faced|hit by|suffers?|suffered|processe[sd]|records?|logs?|bleeds?|loses|lost|reels?|hit with)\b.{{0,30}}\b(?:outflows?|withdrawals|redemptions)\b"
         rf"|\b(?:outflows?|withdrawals) (?:from|at|hit) {_EXCHANGE}\b|\b(?:users?|customers|traders|depositors|clients|investors)\b (?:\w+ )?(?:pull|withdr[ae]w|yank|rush\w* to withdraw|take|took|flee|fled)\b.{{0,24}}\b(?:from|out of )?{_EXCHANGE}\b|\b(?:bank )?run on {_EXCHANGE}\b", -1,
         rf"{_ETF}\b|resum|re-?open|restor|normal|slow|eas(?:e|es|ing)\b|\b[\d,.]+k? {_COIN}\b|\bdenies\b|no\b|fees?\b"),
    Rule("exchange inflow",
         rf"\bexchange (?:\w+ )?inflows?\b|\b(?:inflows?|deposits) (?:of (?:[\w,.$]+ )?{_COIN} )?(?:on|in)?to (?:crypto |centrali[sz]ed |major )?exchanges\b|\b{_COIN} (?:\w+ )?(?:inflows?|deposits) (?:on|in)?to {_EXCHANGES}\b|\b(?:inflows?|deposits) of (?:[\w,.$]+ )?{_COIN} (?:on|in)?to {_EXCHANGES}\b"
         rf"|\b{_EXCHANGE} (?:sees?|saw|records?|logs?|posts?|registers?) .{{0,30}}\b{_COIN} (?:inflows?|deposits)\b|\b{_EXCHANGE} (?:sees?|saw|records?|logs?) .{{0,16}}\b(?:inflows?|deposits) of [\d,.]+k? {_COIN}\b",
          -1, rf"\b{_STABLE}\b|{_ETF}\b|buyers|inflows? (?:slow|eas|fall|drop|shrink|dry)|halt|suspen|pause|resum|enabl|support"),
    Rule("exchange balance falls",
        rf"\b{_STORE}\b(?: of [\w ]+?)?.{{0,30}} (?:keep )?(?:{_DOWN}|(?:multi-year |record |all-time |new |fresh |five-year |\S+-(?:year|month|week) )?lows?|lowest|fewest|smallest|least)\b|leav\w+ exchanges|off exchanges|withdrawn from exchanges"
        rf"|\b{_COIN} balance (?:falls?|fell|drops?|shrinks?|sinks?)\b",
        1, rf"\b{_STABLE}\b|usd leaves|\bhighs?\b|highest|\bnot\b|rebound|recover"),
    Rule("exchange balance rises",
        rf"\b{_STORE}\b(?: of [\w ]+?)?.{{0,16}} (?:keep )?(?:{_UP}|swells)\b|return to exchanges|deposited to exchanges|\b{_COIN} balance (?:on {_EXCHANGE} )?(?:rises?|rose|swells?|climbs?|jumps?|grows?|surges?)\b",
        -1, rf"\b{_STABLE}\b|\blows?\b|lowest|fewest|smallest|hits? (?:bottom|floor)|proof|surplus|pass\w*"),
    Rule("streak of outflows ends",
         _streak_ends("(?:outflow|redemption)") + r"|\b(?:stop(?:s|ped)?|halt(?:s|ed)?|end(?:s|ed)?) (?:the )?bleeding\b|\b(?:snap(?:s|ped)?|ends?|ended|breaks?|halts?|stops?)\b (?:[\w-]+ ){0,4}(?:run|streak|spree|spell|string|weeks?|days?|months?) of (?:\w+ )?withdrawals"
         r"|\b(?:inflows?|returns?|returned|back|positive|green|money)\b.{0,40}\bafter\b .{0,30}\b(?:run|streak|spree|spell|string|weeks?|days?|months?|-day|-week|-month)\b.{0,12}\b(?:outflow|withdrawal|redemption)", 1,
         r"first .{0,12}outflow|\binflow.{0,30}\boutflow.*\b(?:resume|return)|exchange|(?:halt|paus|suspend|stop)\w* (?:all |user |customer )?(?:withdrawals|redemptions)|ends? (?:the |a |first |last )*(?:\w+ )?(?:week|day|month|quarter|year) (?:with|at|on)|\bno end\b"),
    Rule("streak of inflows ends", _streak_ends("inflow"), -1, r"exchange|ends? (?:the |a |first |last )*(?:\w+ )?(?:week|day|month|quarter|year) (?:with|at|on)"),
    Rule("fund flows are flat", r"\bflows? (?:flat|unchanged|steady)\b|\b(?:zero|no) (?:net )?flows\b", 0),
    Rule("explains flows", r"^(?:explained|why|how|what)\b.*\b(?:inflows?|outflows?)\b", 0),
    Rule("fund outflow eases", r"\boutflows?\b.{0,30}\b(?:slow\w*|eas(?:e|es|ed|ing)|shr[iau]nk\w*|cool\w*|subsid\w+|abat\w+|taper\w*|moderat\w+|dwindl\w+|narrow\w*|drop to|fall to|dr(?:y|ies|ied) up)\b", 1, r"exchange|outflows? accelerat"),
    Rule("fund inflow slows", r"\b(?:inflows?|demand for (?:\w+ )?(?:etfs?|funds))\b.{0,20}\b(?:slow\w*|eas(?:e|es|ed|ing)|shr[iau]nk\w*|cool\w*|dr(?:y|ies|ied)|fad(?:e|es|ing|ed)|dwindl\w+|taper\w*|fall|falls|drop|drops|plung\w+|halve[sd]?|tumbl\w+|dip)\b|\bno (?:new |fresh )?(?:money|cash|inflows?)\b.{0,20}\b(?:funds?|etfs?|for)\b|\binflow drought", -1, r"exchange|stablecoin"),
    Rule("fund outflow", r"\boutflows?\b|\bredemptions\b|\bexodus (?:from|of (?:money|capital|cash|investors|funds|coins))\b|\b(?:investor|capital|money|cash|fund|usd|user) exodus\b|\$[\d.]+\w* exodus\b|\bbleeds? (?:\$|usd)", -1,
          r"peg|outflows? (?:slow|eas|shrink|cool|subside)"),
    Rule("fund inflow", r"\binflows?\b", 1, r"inflows? (?:slow|eas|shrink|cool|dry|fade)"),
    Rule("money comes back", rf"\b(?:money|cash|capital|investors?|funds?|billions?|millions?|dollars?|buyers?)\b.{{0,20}}\b(?:pour\w*|flow\w*|flood\w*|rush\w*|pil(?:e|es|ed|ing)|return\w*|stream\w*|com(?:es|ing)|came)(?: back)? (?:in)?to\b.{{0,30}}\b(?:{_ETF}|bitcoin|ether|crypto)\b", 1,
         r"\bno (?:new )?(?:money|cash)|out of"),
    Rule("money leaves funds", rf"\b(?:money|cash|capital|investors?|billions?|millions?|dollars?)\b.{{0,20}}\b(?:pour\w*|flow\w*|flee\w*|fled|rush\w*|stream\w*|exit\w*|drain\w*)\b (?:out of |from )?.{{0,24}}{_ETF}\b", -1, r"\b(?:in)?to\b"),
    Rule("coins to an exchange", rf"\b(?:parks?|parked|sends?|sent|moves?|moved|deposits?|deposited|shifts?|transfers?|transferred)\b.{{0,20}}(?:\d|\b(?:btc|eth|bitcoins?|ether|xrp|coins|tokens)\b).{{0,24}}\b(?:to|on|onto|into|at|with) (?:{_EXCHANGE}|exchanges?|an exchange)\b", -1,
         r"usdt|usdc|stablecoin|tether|dollars|\bto (?:cold|self)|users?|customers|hack|stolen|exploit|from (?:binance|coinbase|kraken|exchanges?)"),
    Rule("money leaves funds",
          rf"\b(?:shed|lose|lost|leaves|yank|pull|withdraw)\b.{{0,30}}{_ETF}\b|{_ETF}\b.{{0,12}}\b(?:shed|lose|lost)\b", -1),
    # Liquidations: who is burned.
    Rule(
        "shorts liquidated",
        r"\b(?:shorts?|short (?:sellers?|positions?|bets)|bears|bearish (?:bets|traders))\b.{0,60}\b(?:liquidat\w+|wiped|lose|burned"
        r"|squeezed|vanish|evaporate|rekt|crushed|scramble|go(?:es)? up in smoke|caught|pain|erased|gone|blown)|\bliquidat\w+.{0,30}\bshort|\bshort squeeze"
        r"|bears (?:crushed|rekt|scramble|retreat)",
        1, r"longs"),
    Rule(
        "longs liquidated",
        r"\b(?:longs?|long positions?|bulls|leveraged (?:bets|longs|positions))\b.{0,60}\b(?:liquidat\w+|wiped|lose|burned"
        r"|flushed|squeezed|vanish|evaporate|rekt)|\b(?:longs?|bulls?)\b.{0,16}\b(?:caught|blown|pain|gone|erased)\b|\bliquidat\w+.{0,30}\b(?:long|leveraged)|liquidation cascade"
        r"|crypto liquidations|liquidations (?:top|soar|exceed|hit)|traders liquidated",
        -1, r"short"),
    # Reversals: an end put to something bad, or to something good.
    Rule("deal or motion refused",
          r"\b(?:rejects?|rejected|denies|denied|refuses?)\b.{0,40}\b(?:motion|bail|settlement|request)\b|court denies\b", -1, r"court denies sec|\b(?:rumou?r|claim|report)s?\b"),
    Rule("drops a plan to forbid", r"\b(?:proposals?|plans?|bills?|motions?|bids?|calls?|moves?) to (?:ban|tax|outlaw|restrict|forbid|curb)\b.{0,50}\b(?:reject\w*|fail\w*|dropped|defeated|thrown out|scrapped|dies|voted down|shelved|withdrawn)\b", 1),
    Rule("application refused", r"\b(?:applications?|etfs?|bids?|requests?|licen[cs]es?|registration|filings?)\b.{0,30}\b(?:rejected|denied|refused|turned down|delayed|postponed|disapproved)\b", -1, r"^(?:court|judge)|\bban|appeal|motion|withdrawal requests?"),
    Rule("application refused",
          rf"\b(?:rejects?|denies|disapproves|turns down|says no to|delays?|postpones?|shelves|rules out|kicks)\b.{{0,50}}"
          rf"\b(?:{_ETF}|application|licen[cs]e|registration|decision)\b|withdraws .*(?:application|filing)",
          -1, r"^(?:court|judge)|tax"),
    Rule("pressure ends",
          r"\b(?:sell-?off|selling pressure|downtrend|correction|panic|fear|sell orders|winter|crisis|recession fears"
          r"|default risk)\b.{0,20}\b(?:ends?|fad\w+|eases?|over|exhausted|dries|subsides?|broken|thin|runs out of steam)",
          1, r"\bnot\b|n't|far from|\bno (?:end|signs?|let-?up)|never|nowhere|\bwithout"),
    Rule("hopes end",
          r"\b(?:hopes?|rally|bounce|recovery|gains|momentum|optimism|talks|deal|rescue|buy orders|relief)\b.{0,25}"
          r"\b(?:fad\w+|dash\w+|evaporat\w+|fizzl\w+|collaps\w+|fails?|stalls?|vanish\w*|short-lived|falls? (?:apart|through)"
          r"|runs? out of (?:road|fuel|buyers)|loses? (?:steam|its way|momentum|strength)|thin|runs? (?:out of steam|into the sand)|peters? out|unravels?|falters?|breaks? down|reverses|hits a wall|cut short|at risk|in doubt|in danger)", -1,
          r"talks of|deal (?:collapse|fear)s? (?:fade|ease)"),
    Rule("hopes end",
         r"\b(?:gives? up|surrenders?|loses?|lost|hands? back|gave up)\b (?:its |the |all |most |early |recent |weekend )*(?:of )?(?:its |the )?(?:[\w-]+ )?(?:gains?|jump|rally|momentum|advance|bounce|rise)\b|\b(?:approval|licen[cs]e|permit|victory|win|merger|deal|takeover|listing|launch|sale)\b.{0,30}\b(?:overturned|revoked|withdrawn|suspended|cancelled|voided|annulled|called off|scuttled|scrapped)\b|\bwinning (?:run|streak)\b.{0,20}\b(?:end|ends|ended|over|halt|snapped|broken)\b"
         r"|\b(?:ends?|snaps?|breaks?)\b.{0,24}\bwinning (?:run|streak)\b|\b(?:pulls?|pauses?|paused|halts?|halted|shelves?|shelved|scraps?|scrapped|abandons?|cancels?|cancelled|suspend\w*|freezes?|puts? off|walks? back|backs? out of|delays?|postpones?|ditch\w*)\b (?:its |the |all |a |on )?(?:[\w'-]+ ){0,3}"
         r"(?:vote|plans?|work|launch|project|rollout|partnership|merger|ipo|listing|pilot|support for|upgrade|offering|takeover|acquisition|airdrop|buyback)\b", -1,
         r"\b(?:plans?|proposal|calls?) (?:to|for) (?:\w+ )?(?:ban|tax|outlaw|restrict|forbid|sell|hike|raise|curb)|\b(?:crypto|mining|bitcoin) tax\b|\btax(?:ation)? plan|\btariff|sales? plan|ban plan|surveillance|sell-?off|hike"),
    Rule("cases end",
          r"\b(?:lawsuits?|suit|case|charges?|appeal|probe|ban|sanctions|tariffs|freeze|limits?|class action)\b.{0,45}"
          r"\b(?:dropped|dismissed|thrown out|lifted|overturned|withdrawn|rolled back|not filed|removed|reversed|scrapped|ends?|wiped|vacated|tossed|quashed|cleared|shelved)\b|\bnot guilty\b|\b(?:found|ruled|declared) (?:innocent|not liable)\b|\b(?:clears?|cleared)\b.{0,30}\bof (?:all |any )?(?:wrongdoing|charges|fraud|blame|allegations)\b"
          r"|\breopens? (?:the |its )?door|\bback (?:at|to) (?:a|one|its) (?:dollar|peg)\b|\b(?:regains?|restor\w+|recovers?|reclaims?) (?:its |the |dollar )*peg\b|\b(?:slide|slump|rout|losing (?:run|streak)|bear market|downtrend|sell-?off) (?:is|looks|may be) over\b",
          1, r"\bmotion\b|join|pleads?|appeal of|\bnot over|far from|\b(?:not|n't|never|no)(?: \w+)? (?:be |been |yet |to be )*(?:dropped|dismissed|thrown|lifted|overturned|withdrawn|rolled|reversed|scrapped|ended|wiped|vacated|tossed|quashed|cleared|shelved|settled)|\bno (?:end|sign)|\b(?:ends?|ended) (?:with|in) (?:a )?(?:conviction|guilty|defeat|loss)"),
    Rule("ends something bad", rf"\b{_STOP} (?:its |all |the |most |long-running )?{_BAD}\b", 1,
          r"\bsupport\b|motion|bail|reinstat|court rejects (?:\w+ ){1,3}appeal|adjourn|\b(?:not|n't|never|refus\w+ to|declin\w+ to|fail\w* to|premature to|too early to|may|could|trading as|trading amid|us close) (?:\w+ )?(?:drop|dismiss|lift|end|withdraw|toss|scrap|clos|eas|settl|remov)|halts? (?:[\w-]+ )?trading|withdrawal limits amid|\b(?:drops?|dropped) (?:as|after|on|amid|over|following)\b|\b(?:launch\w*|opens?|faces?|new) (?:\w+ )?(?:probe|investigation|lawsuit)"),
    Rule("drops a plan to forbid",
          r"\b(?:scraps?|drops?|abandons?|shelves|rejects?|delays?|postpones?|cuts?|will not)\b.{0,30}\b(?:ban|tax|restrict|forbid)\b",
          1, r"accounts|legalis|payments? (?:over|after)|hash ?rate"),
    Rule("law not passed", r"\b(?:bill|bid|proposal|motion)\b.{0,40}\b(?:fails?|dies|stalls|rejected|blocked)\b|\b(?:blocks?|kills?|vetoes|rejects?)\b.{0,40}\b(?:bill|proposal to legali[sz]e)\b", -1),
    Rule("recovered",
          r"\b(?:resum\w+|restor\w+|reopen\w*|unfreez\w+|unblocks?|reimburs\w+|refund\w*|compensat\w+|recover(?:s|ed)?"
          r"|repays?|repaid|returns?|returned|hand(?:s|ed)? back|gave back|gives? back|made whole|retrieves?|unlocks|gets back|releases?)\b.{0,40}\b(?:withdrawals|deposits|trading|funds|users|victims"
          r"|customers|creditors|stolen|accounts|assets|losses|\$[\d.]+|usd|in full|with interest)\b"
          r"|\b(?:acquit\w*|pardon\w*|cleared of|exonerat\w+|withdrawals are (?:flowing|open|back|live)|white hat|foils?|walks? free|set free|goes free|frees (?:[\w'-]+ ){0,3}(?:founder|developer|executive|ceo))\b|creditors to be repaid|\b(?:made|makes?|making) (?:\w+ ){1,2}whole\b|\bgets? (?:[\w'-]+ ){1,4}back\b",
          1, r"fails to|\bto delist|demands?|conditions|\breport on\b|guidance"),
    # Costs: less of them is good.
    Rule("fees fall", rf"\b{_FEES}\b.{{0,12}}\b{_DOWN}\b|\b(?:cuts?|slash\w*|waives?|lowers?|reduc\w+)\b.{{0,16}}\bfees?\b", 1),
    Rule("fees rise", rf"\b{_FEES}\b.{{0,12}}\b(?:soar|spike|surge|jump|rise|skyrocket|hit record)|\bhikes? fees", -1),
    Rule("hack losses fall", rf"\b(?:hack|theft|scam) losses\b.{{0,12}}\b{_DOWN}\b", 1),
    # Macro: the sign of the surprise.
    Rule("hopes of cuts dashed",
          r"\b(?:dash\w*|dent\w*|crush\w*|fade|dims?|shrink|collapse|evaporate|fewer)\b.{0,40}\b(?:rate[- ]cuts?|easing|cut bets)\b"
          r"|\brate[- ]cut (?:odds|hopes|bets)\b.{0,12}\b(?:shrink|fall|fade|collapse|dashed|evaporate|drop)", -1),
    Rule("hopes of cuts grow",
          r"\b(?:boost\w*|rais\w+|fuel\w*|lifts?|build|jump|climb|more)\b.{0,30}\b(?:rate[- ]cuts?|easing|cut bets)\b"
          r"|\brate[- ]cut (?:odds|hopes|bets)\b.{0,12}\b(?:jump|climb|rise|build|grow)", 1),
    Rule("macro as expected",
          rf"\b(?:{_MACRO_COST}|fed|ecb|rates?|payrolls|jobs report|central bank|boe|bank of \w+|rba)\b.*\b(?:in line|as expected|as (?:markets|economists)"
          r" expected|as forecast|meets|matches|unchanged|on hold)\b|\bkeeps? rates|\bleaves? rates|\bstands pat\b|\bholds? rates(?: steady)?(?: as expected)?$", 0,
          r"hints?|signals?|tumble|rall|surge"),
    # What the news did to a coin says more than the news: "CPI sends bitcoin below $60K".
    Rule("news lifts a coin",
         rf"\b{_MOVES} {_MARKET} (?:[\w'-]+ ){{0,2}}(?:above|past|over|higher|up|beyond|through|soaring|surging|rallying|climbing|back above)\b|\b(?:lifts?|lifted|boosts?|boosted|propels?|buoys?|cheers?) {_MARKET}\b", 1,
         r"\b(?:fails?|failed|not|unable|struggles?|cannot) (?:to )?(?:send|push|lift|boost|drive|help|take)|below|lower|\bdown\b|\bhow\b|\bwill\b|\?$|\b(?:fear|ban|tax)"),
    Rule("news sinks a coin",
         rf"\b{_MOVES} {_MARKET} (?:[\w'-]+ ){{0,2}}(?:below|under|down|lower|beneath|tumbling|sliding|plunging|crashing|sinking|falling|reeling)\b|\b(?:knocks?|drags?|weighs on|weigh on|batters?|hammers?|rattles?|spooks?) {_MARKET}\b", -1,
         r"\b(?:fails?|failed|not|unable|cannot) (?:to )?(?:send|push|drag|drive|knock|pull|take|sink)|above|higher|\bhow\b|\bwill\b|\?$"),
    Rule("macro above forecast",
         rf"\b{_MACRO_COST}\b.*\b(?:(?:above|over|tops?|topped|exceeds?|exceeded|beats?|surpass\w*|overshoots?) {_FORECASTS}|overshoots|hotter|higher than|more than (?:expected|feared|forecast)|faster than|(?:comes?|came|runs?|ran) in? ?hot)\b|\bhot (?:cpi|inflation|ppi)"
         rf"|\b{_MACRO_COST} (?:\w+ )?(?:above|tops?) \d", -1,
         rf"preview|ahead of|(?:declin|fall|slow|cool|eas)\w* faster|\b{_COIN} (?:rises?|climbs?|rallies|holds?|stays?) (?:above|over)"),
    Rule("macro below forecast",
         rf"\b{_MACRO_COST}\b.*\b(?:(?:below|under|misses|undershoots?|beneath) {_FORECASTS}|cooler|softer|lower than|less than|undershoot\w*|unexpectedly (?:falls?|drops?)|(?:comes?|came) in (?:cool|soft))\b|\b(?:soft|softer|cooler) (?:than \w+ )?(?:cpi|inflation|ppi)"
         rf"|\b{_MACRO_COST} (?:\w+ )?below \d", 1,
         r"preview|ahead of"),
    Rule("macro cost falls", rf"\b{_MACRO_COST}\b.{{0,10}} {_DOWN}\b", 1, r"slump|fear"),
    Rule("macro cost rises", rf"\b{_MACRO_COST}\b.{{0,10}} {_UP}\b", -1),
    Rule("rates cut", r"\b(?:cuts?|slash\w*|lower(?:s|ed)?|trims?)\b (?:\w+ ){0,3}(?:rates?|borrowing costs)\b|\bcut(?:s)? rates\b"
          r"|\b\d+ ?bp (?:rate )?cut\b", 1, r"no (?:rate )?cuts?|rules? out|pushes? back|cold water|what|how|preview|ahead of|drops plan|hawkish|tax"),
    Rule("no hikes",
         r"\b(?:shrugs? off|shrugged off|ignor\w+|plays? down|downplays?|rul(?:es|ed) out|dismiss\w*|no(?: more| further| need for| case for| reason for| plans for)?|end (?:of|to)|talks? down|pushes? back (?:on|against)|done with|unlikely to (?:need|see|make))\b.{0,40}\b(?:(?:rate|interest)[- ](?:rate )?(?:hikes?|increases?|rises?)|hikes)\b|\b(?:unlikely|not going|no need) to (?:hike|raise)\b|\bend (?:of|to) (?:\w+ ){0,2}tightening\b"
         r"|\b(?:rate[- ]hikes?|rate increases?|hikes?)\b.{0,30}\b(?:unlikely|less likely|off the table|not (?:likely|planned|needed|on the table|in sight)|ruled out|reced\w*|fad(?:e|es|ed|ing)|eas(?:e|es|ed|ing)|(?:is|are) over|over$|paused?|cool(?:s|ed)?|subsid\w+)\b", 1,
         r"\b(?:does not|not|n't|won't|cannot|refus\w+ to|declin\w+ to) (?:rule out|dismiss)|prospects|\bjumps?\b"),
    Rule("rates raised", r"\b(?:hikes?|raises?|lifts?)\b (?:\w+ ){0,3}(?:interest rates?|rates?|borrowing costs)\b|\bhikes? by \d+|\brate[- ]hikes?\b", -1,
          r"ends? |pause|no more|what|preview|ahead of|denies|cycle|campaign|will it|freight|things to watch|\bno (?:rate )?hike|not (?:to )?(?:hike|raise)|bets? (?:fall|fade|ease)"),
    # Prices, where words of one sign say the other.
    Rule("losses end",
          r"\b(?:pares?|trims?|recoups?|shakes? off|shrugs? off|claws? back|erases|cuts?|recovers (?:\w+ )?) (?:\w+ )?loss(?:es)?\b|\b(?:snaps?|ends?|breaks)\b.{0,24}\blosing streak"
          r"|\blosing (?:streak|run)\b.{0,16}\b(?:snaps?|snapped|ends?|ended|over|broken)|\bbiggest gainer\b|\boutage over\b|\bback online\b|\brefus\w+ to (?:sell|die|fall|give up)\b|\bcorrection will not last\b"
          r"|\bcrash unlikely\b|\bnot in a bubble\b|\bstop(?:s|ped)? selling\b|\b(?:done|finish(?:es|ed)|ends?|completes?|runs out of \w+ to) sell(?:ing)?\b|\bselling is over\b|\b(?:worst|pain) is over\b|\bdays below .{0,12} are over\b", 1),
    Rule("gains end",
          r"\b(?:pares?|trims?|erases?|wipes? out|gives? back|surrenders?)\b.{0,24}\bgains\b|\bwinning streak (?:ends|snapped)|\bbiggest loser\b"
          r"|\bdoes not convince\b|\bstruggles? (?:to|below|under)\b|\bpulls? back from\b|\bfails to (?:hold|break|reclaim)\b|\brally is a trap\b"
          r"|\bnot (?:worth|ready for) the hype\b|\bdead cat bounce\b", -1),
    Rule("no bad end",
          r"\bshould(?: not|n't) (?:abandon|sell|panic|worry|fear)|\b(?:fewer|less) .{0,24}\b(?:willing to sell|sellers|selling)\b|\bsellers (?:are )?giving up\b", 1),
    Rule("no bad end", r"\bdespite\b.{0,40}\b(?:slump|crash|collapse|drop|sell-?off|bear market|losses|lawsuit|turmoil|winter|downturn)\b", 1,
         r"\b(?:bans?|falls?|fell|drops?|los\w+|risks?|fails?|slid\w*|flat|still)\b.*despite"),
    Rule("no good one",
          r"\bnot (?:a |the |very )?(?:good|safe|viable|useful|sustainable)\b|\bfake-?out\b|\bbull trap\b|\bcannot (?:become|replace|scale|win)\b", -1),
    Rule("a rally predicted", r"\bpredicts?\b.{0,24}\b(?:rall(?:y|ies)|surge|breakout|explosion)\b", 1, r"\bno\b|end of"),
    Rule("a low",
          r"(?:-(?:month|year|week|day)|\b(?:all-time|record|yearly|new|fresh)) lows?\b|\blowest (?:level|price|point)?\s?(?:since|in)\b", -1,
          r"volatility|fees?\b|inflation|unemployment|cpi|supply|balances?|reserves|price predict|bounces?|rebounds?|recovers|from (?:a )?\S+ low"),
    Rule("bearish chart",
          r"\bdeath cross\b|\bdouble top\b|\bhead and shoulders\b|\bbear flag\b|\bbreakdown\b|\bbearish (?:divergence|signal|path)\b"
          r"|\b(?:breaks|closes|falls|drops|back|slips) below\b|\bturns red\b", -1, r"invalidat|avoid|fake|inverse head"),
    Rule("bullish chart",
          r"\bgolden cross\b|\bdouble bottom\b|\binverse head and shoulders\b|\bbull flag\b|\bfalling wedge\b|\bbullish (?:divergence|signal)\b"
          r"|\bbreaks? out\b|\b(?:breaks|closes|climbs|back|rises) above\b|\bturns green\b", 1, r"invalidat|fake|retest|fail|\bwar\b|unlikely|\bnot\b|n't\b"),
    Rule("price page", r"\bprice (?:prediction|today|analysis|live)\b", 0,
          r"\b(?:soar|surg|jump|rall|plung|crash|drop|bull|bear|buying|optimism|\d+%)\w*"),
    # What has not happened yet moves nothing.
    Rule("preview",
          r"\bahead of (?:the )?(?:cpi|fomc|fed|jobs|payrolls|nonfarm|powell|us |rate|inflation|jackson)|\bbefore (?:the )?(?:cpi|fomc|fed\b|jobs|powell)"
          r"|\bpreview\b|\bwhat to expect\b|\bweek ahead\b|\bawaits?\b|\ball eyes on\b|\b(?:markets|traders|investors) brace for|\bdue (?:today|friday|out|wednesday)"
          r"|\bcountdown\b|\bhow will\b|\bwhat .{0,40} would mean\b|\bto (?:decide|testify|speak|vote)\b|\bset to expire\b|\bsits? tight\b|\bdecision day\b|\bspeaks? (?:at|on|today|tomorrow|later)\b|\bexpir\w+ (?:on|this|today|tomorrow|next|monday|tuesday|wednesday|thursday|friday)\b"
          r"|\b(?:what|why) .{0,40}\b(?:watch(?:ing)?|await(?:ing)?|look(?:ing)? for)\b|\b(?:questions|things|what) to (?:watch|know|ask)\b|\b(?:three|four|five|3|4|5) (?:questions|things|charts)\b|\bbefore (?:\w+'s )(?:cpi|fomc|jobs|payrolls|inflation|ppi|pce)\b|\beyes (?:on )?(?:the )?(?:fed|cpi|fomc|powell|jobs)\b",
          0, r"\b(?:falls?|fell|drops?|plung\w+|slid\w+|surg\w+|rall\w+|jumps?|sinks?|tumbl\w+|outlook|struggles?|gains|climbs|dips?|dipped|edge[sd]? (?:lower|higher|up|down)|eases?|tanks?|strengthens?|weakens?|cautious|more pain|worst|opportunity)\b|\bdown ahead|\brise in\b"),
)  # fmt: skip
"""In the order in which they are tried: the first that holds speaks. A name may have several."""

HEDGE = (
    r"\breportedly\b|\brumou?r|\bunconfirmed\b|\bconsider(?:s|ing)?\b|\bmulls?\b|\bmay\b|\bcould\b|\bmight\b|\bsaid to\b|\?|\b(?:expected|poised|set|likely|seen|rumou?red|tipped) to\b"
    r"|\b(?:sources?|insiders?)(?: \w+)? (?:say|says|said|tell|told|claim\w*|familiar|close to|with knowledge)\b|\b(?:says?|said|told|tells?|per|according to|cites?|citing|from) (?:[\w'-]+ ){0,3}sources?\b|[,:(-] ?sources?\)?$"
    r"|\bon (?:x|twitter|telegram|reddit|discord)\b|\b(?:x|twitter|telegram|reddit|discord|facebook|social media) (?:posts?|accounts?|channels?|users?)\b|\btweets?\b|\btweeted\b"
    r"|\b(?:after|in|by|from|via|per|citing|deleted|viral|following|on|of) (?:an? |the |its |his |her |their )?(?:[\w'@-]+ ){0,2}posts?\b|\bposts? (?:on|about|saying|says|claim\w*|announcing|that|was|is)\b"
)
"""Hearsay, guesses, questions."""
HEDGE_UNLESS = r"\b(?:in|for|since) may\b"
"""The month is no guess."""
OF_ACCOUNTS = (
    r"\b(?:accounts?|handle|profile|feed|posts?|tweets?|tweeted|messages?|hackers?|hack of|hijack\w*|intruders?|impostors?|impersonat\w+"
    r"|compromised|unauthori[sz]ed|fake|false|hoax|erroneous|x\.com|@secgov|sim[- ]swap\w*)\b"
)
"""Who speaks so tells how something came to be said."""

ELSEWHERE = (
    r"\b(?:stocks?|shares?|equit(?:y|ies)|nifty|sensex|nikkei|dow|nasdaq|wall street|ftse|hang seng|kospi|rupee|yuan|yen|sterling|euro|dollar|baht|rs\.?|crores?|lakhs?|ipos?|gold|silver|oil|copper|crude"
    r"|bonds?|gilts?|sebi|rbi|bse|nse|fiis?|q[1-4]|quarterly|profit|dividend|mutual funds?|indices|psu|pharma|steel|cement|ltd|autos?|mid-?caps?|small-?caps?|52-week|intraday|metals?|rubber|wheat|sugar|forex"
    r"|commodit\w+|brokerages?|promoters?|nii|tax rates?|freight|infra\w*|realty|telecom|airlines?|insurers?|insurance|equity funds?|fund managers?|large-?caps?|buyback)\b"
)
"""Words of other markets, for which the rules were not written."""
ELSEWHERE_UNLESS = (
    rf"\b(?:{_COIN}|{_STABLE}|{_EXCHANGE}|\w*coins?|crypto\w*|blockchains?|defi|nfts?|tokens?|tokeni\w+|miners?|wallets?|sec|secgov|cftc|doj|ripple|satoshi|web3|grayscale|blackrock|etfs?|exchanges?|staking|hash ?rate|airdrop"
    r"|ftx|celsius|circle|fed|fomc|powell|ecb|central banks?|bank of \w+|cpi|ppi|pce|inflation|unemployment|jobless|payrolls|rates)\b"
)
"""Of coins, or of what moves them: a headline with one of these is not about another market."""
