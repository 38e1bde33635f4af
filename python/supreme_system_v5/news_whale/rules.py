"""What a model of words gets wrong: denials, reversals, flows, liquidations, surprises, previews.

Each rule is a pattern over sanitised text in small letters, in the order in which they are tried;
``docs/news.md``, "Rules", has them in words. The patterns are what
`supreme_system_v5.optimized.HeadlinePatterns` takes: ASCII, no look-around; `unless` says where
one does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["HEDGE", "HEDGE_UNLESS", "RULES", "Rule"]

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
    r"|loosens?|relax\w*|softens?|terminat\w+|halts?)"
)


_CLAIM = (
    r"(?:claims?|allegations?|reports?|reported|rumou?rs?|stor(?:y|ies)|speculation|talk|chatter|fud|accusations?|suggestions?|gossip|news|posts?"
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

_EXCHANGE = r"(?:binance|coinbase|kraken|okx|bybit|kucoin|gemini|bitfinex|bitstamp|upbit|bithumb|bitget|deribit|gate\.io|crypto\.com|robinhood)"

RULES = (
    # Denials and retractions: what was claimed is taken back.
    Rule("denial", r"\b(?:den(?:y|ies|ied|ying)|refut\w+|debunk\w*|rebut(?:s|ted)?|disavow\w*|retract\w*|contradict\w*)\b|\bdisput\w+ (?:\w+ ){0,2}(?:report|claim|allegation|stor|account)", 0,
         r"\bden(?:y|ies|ied|ying) (?:[\w.'-]+ ){0,5}(?:applications?|proposals?|etfs?$|motions?|bail|appeals?|settlement|entry|access|licen[cs]es?|requests?|petitions?"
         r"|registration|permission|permits?|visas?|stay|injunction|parole|release|charters?)\b|\b(?:court|judge|jury) den"
         r"|^[^,;]*\b(?:hack\w*|exploit\w*|stolen|delay\w*|halts?|los(?:es|t))\b[^,;]*[,;].*\b(?:den(?:y|ies)|refut)|sec disapproves"),
    Rule("denial",
         rf"\b(?:rejects?|rejected|dismiss\w*|shoots? down|shot down|brush\w* (?:off|aside)|(?:pours?|throws?) cold water on|plays? down|downplays?|pushes? back (?:on|against)"
         rf"|laughs? off|scotch\w*|squash\w*|quash\w*|knocks? down)\b.{{0,40}}\b{_CLAIM}\b", 0,
         r"\b(?:court|judge|jury|rates?|rate[- ]cut|cuts?|hikes?|lawsuit|class action|settlement|listing|filings?)\b|(?:claims|allegations) (?:against|of (?:customers|creditors|investors))"),
    Rule("denial", rf"\b{_CLAIM}\b.{{0,60}}\b(?:is|are|was|were|as|to be|proves?|proved|turns? out)(?: (?:entirely|completely|simply|totally|just|all))? {_FALSE}\b"
         rf"|\bcall(?:s|ed|ing)?\b.{{0,50}}\b{_FALSE}(?:$|[ ,:;.])|\b{_FALSE} (?:[\w.'-]+ ){{0,2}}{_CLAIM}\b|\b{_CLAIM} (?:was |is )?(?:{_FALSE}|fabricated)(?:$|[,;:])"
         r"|\bit was (?:a mistake|an error|fake|a hoax)\b|^(?:correction|clarification|retraction|fact check|fake news|hoax)\b|\ban? hoax\b", 0, _BLAMED),
    Rule("denial",
         r"\b(?:account|feed|profile|handle|page)\b.{0,30}\b(?:compromised|hacked|hijacked|breached|taken over)\b|\b(?:compromised|hacked|hijacked) (?:[\w']+ )?account\b", 0,
         rf"{_BLAMED}|\$[\d.]|\blos(?:es|t|e)\b"),
    Rule("denial",
         r"\b(?:has|have|had|did|does|do|was|were) ?(?:not|n't|never) (?:yet |any |been |to |made any )*(?:approv\w*|files?|filed|buy|bought|sell|sold|come from|originat\w+|hacked|breached|halt(?:ed)? (?:withdrawals|trading|redemptions)"
         r"|agreed?|compromised|affected|offered|involved|behind|planned|taken|decid\w+|exit(?:ed)?|stop(?:ped)?|crash\w*|leak\w*|happen\w*|signed?|fled|flee|merge\w*|resign\w*|lose|lost|freeze|froze|delist\w*|clear\w*|posted?|sent|issued?|authori[sz]e\w*|greenli\w+|reach(?:ed)? (?:a|any) de\w+)\b", 0,
         rf"{_BLAMED}|\bwhy\b"),
    Rule("denial",
         r"\bno (?:truth|evidence|basis|substance) (?:to|of|for|in|that)\b|\bno (?:[\w-]+ ){0,3}approval\b|\bno (?:final |formal |such )?(?:decision|ruling|determination|agreement|approval|filing)s? (?:yet|ha(?:s|ve)|was|were|on|about|to|made)\b"
         r"|\b(?:made|makes) no (?:such |final |formal )?(?:filing|decision|ruling|offer|statement)|\bthere (?:is|are|was|were) no (?:[\w-]+ ){0,3}(?:plans?|decision|truth|breach|hack|token|deal|agreement|halt|talks|merger|probe|bans?)\b"
         r"|\b(?:has|have|had) no (?:plans?|intention|intent|basis|knowledge|merit|foundation)\b|\bno (?:plans?|intention) (?:to|for|of)\b|\bno (?:[\w-]+ ){1,4}(?:has|have|was|were|had) (?:yet |ever )?(?:been )?(?:approved|cleared|agreed|signed|filed|taken|made|authori[sz]ed|greenlit|hacked|lost|stolen|affected|slashed|leaked|missing|harmed)\b|\bno funds (?:were )?lost\b|\b(?:is|was|were|are) (?:never|not|n't) (?:being )?(?:discussed|considered|planned|on the table|ever on the table)"
         r"|\bno .{0,40}\b(?:is|was|were|are) (?:ever |being |even )*(?:discussed|considered|planned|on the table|in the works)", 0,
         rf"{_BLAMED}|\bno plans? to (?:cut|lower|ease|lift|drop|sell|stop)|\bno evidence of (?:crime|wrongdoing|fraud)"),
    Rule("denial",
         r"\bsays? .{0,40}\b(?:isn't|is not|aren't|are not|was not|wasn't|were not) (?:down|bankrupt|insolvent|leaving|selling|buying|delisting|shutting|hacked|closing|planning|being|under)\b"
         r"|\b(?:clarif\w+|insists?|assur\w+|reassur\w+|stress(?:es|ed))\b.{0,40}\b(?:not|n't|never|no|solvent|safe|fully backed|fine)\b|\b(?:we|it|they|he|she|company|exchange|firm|network|platform|funds?)(?: is| are| was| were|'re|'s) not\b|\bremains? (?:unapproved|not approved|undecided)\b|\bnot (?:the )?sec\b|\bnot (?:sent|written|made|issued|posted) by\b|\bsold none\b|\bnothing to (?:the|this|that) (?:tale|story|rumou?r|report|claim)\b|\bis not (?:down|insolvent|bankrupt|delisting|shutting down|leaving)\b"
         r"|^no, .*\b(?:isn't|is not|won't|will not)\b|\bwithdrawals are (?:working|normal)|\bclaims? untrue\b|\bignore false\b|\bnever (?:planned|approved|agreed|filed|intended|said)\b|\bnever \w+.{0,60}\b(?:says?|insists?|tells|adds|according)\b", 0,
         r"\b(?:court|judge)\b|rates?\b"),
    Rule("denial",
         r"\b(?:withdraws?|withdrew|corrects?|walks? back|pulls?|deletes?|removes?|takes? down|took down|takes? back|took back|apologi[sz]es? (?:for|over)|sorry for)\b (?:[\w'-]+ ){0,3}(?:stor(?:y|ies)|reports?|articles?|claims?|tweets?|posts?|statements?|announcement|error)\b", 0),
    Rule("rumour", r"^(?:rumou?r|unconfirmed)\b|\bunconfirmed reports?\b", 0),
    # What is not done: something bad stays, or does not get better.
    Rule("something bad stays",
         rf"\b(?:refus\w+|declin\w+|fail(?:s|ed|ing)?|will not|won't|unlikely|not ready|unable|unwilling|vot(?:es|ed) (?:against|not)|rul(?:es|ed) out|reluctant)\b(?: plans?| moves?| bid)? (?:to )?"
         rf"(?:lift|lifting|drop|dropping|dismiss\w*|end|ending|toss|scrap|throw(?:ing)? out|remov\w+|eas(?:e|ing)|overturn\w*|withdraw\w*|repeal\w*|revers\w+|unfreez\w+|revok\w+|rescind\w*|roll back) {_BAD}\b"
         rf"|\bkeeps? (?:its |the |all |a )?(?:[\w'-]+ ){{0,2}}(?:ban|freeze|restrictions?|sanctions|curbs|limits)\b(?: on [\w ]+)? (?:in place|unchanged|intact)|\b(?:retains?|maintains?|upholds?|upheld|extends?|reaffirms?|reinstat\w+|renews?)\b (?:its |the |all |a |his |their )?(?:[\w'-]+ ){{0,3}}(?:bans?|freeze|restrictions?|sanctions|curbs|conviction|fine|verdict|limits|prohibition|charges|case)\b"
         r"|\b(?:loses?|lost|fails? in) (?:\w+ )?(?:bid|appeal|fight|battle|attempt|case|challenge|motion)\b|\b(?:ban|freeze|lawsuit|case|suit|charges|sanctions|probe)\b.{0,30}\b(?:to stay|will proceed|to proceed|can proceed|goes ahead|moves? forward)\b",
         -1, r"\b(?:sec|regulators?|prosecutors?|doj|cftc|government|agency) (?:loses?|lost|fails? in)\b|\bcash|dividend"),
    Rule("cost does not fall", rf"\b{_MACRO_COST}\b.{{0,30}}\b(?:fails?|failed|refus\w+|not|n't|stubborn\w*|sticky|proves? stubborn)\b.{{0,12}}\b(?:cool|eas(?:e|ing)|fall|slow|drop|declin\w+|sticky)|\b(?:sticky|stubborn|persistent) (?:\w+ )?(?:inflation|cpi|prices)|\binflation (?:\w+ )?(?:sticky|stubborn|persists)", -1),
    Rule("no haste to cut", r"\b(?:no|not in an?|little|without|isn't in an?|in no)\b (?:need |reason |case |particular )?(?:to )?(?:hurry|rush|hasten|haste|urgency)\b.{0,24}\b(?:cut\w*|eas\w+|lower\w*|rates?)\b|\b(?:no|not) (?:rate )?cuts? (?:until|before|this year|soon|in sight)|\bno plans? to (?:cut|lower|ease)\b"
         r"|\b(?:pushes? back|pushed back|pours? cold water|throws? cold water)\b.{0,24}\b(?:cuts?|easing)\b|\brul(?:es|ed) out .{0,16}\bcuts?\b|\b(?:too (?:early|soon)|premature|not (?:yet )?(?:ready|prepared|willing|time)|(?:no|not) rush) to (?:cut|ease|lower)|\bhigher for longer\b|\b(?:won't|will not|cannot|refus\w+ to|declin\w+ to|hesitat\w+ to) (?:cut|lower|ease) (?:\w+ )?rates|\bcuts? (?:will |may |must )?(?:have to |has to )?wait\b|\b(?:fewer|later|delays?|slower) (?:rate )?cuts\b", -1),
    Rule("cools more than expected", rf"\b{_MACRO_COST}\b.{{0,20}}\b(?:{_DOWN}|slower)\b.{{0,20}}\b(?:more|faster|further|quicker) than\b|\b{_MACRO_COST}\b.{{0,30}}\bslower than (?:expected|feared|forecast)", 1),
    Rule("share of the market", r"\bdominance\b", 0, r"\b(?:rall\w+|surg\w+|soar\w*|jumps?|plung\w+|crash\w*|tumbl\w+|slump\w*|rout|regains? \$)"),
    # Flow nouns: the sign is that of the pair.
    Rule("exchange outflow",
          rf"\bexchange (?:\w+ )?outflows?\b|\boutflows? from exchanges\b|\bleaves? {_EXCHANGE}\b|\b{_EXCHANGE} sees .{{0,30}}\boutflows?\b",
          1, r"stablecoin|usdt|usdc|tether"),
    Rule("exchange inflow", r"\bexchange inflows?\b|\binflows? (?:on)?to exchanges\b",
          -1, r"stablecoin|usdt|usdc|tether|\bdai\b|\w+usd\b"),
    Rule("stablecoin inflow", r"(?:\bstablecoins?|\busdt|\busdc|\btether|\bdai|\Busd)\b.* inflows? to exchanges", 1),
    Rule(
        "exchange balance falls",
        rf"(?:exchange (?:\w+ )?(?:reserves?|balances?)|(?:supply|reserves) on exchanges|balances? on exchanges|balance|(?:coins?|bitcoins?|btc|ether) (?:held |kept |left |sitting )?(?:at|on|in) exchanges)\b"
        rf"(?: of [\w ]+)?.{{0,12}} (?:keep )?(?:{_DOWN}|at \S+-year low)|leav\w+ exchanges|off exchanges|withdrawn from exchanges",
        1, r"stablecoin|usdt|usdc|tether|usd leaves"),
    Rule(
        "exchange balance rises",
        rf"(?:exchange (?:reserves?|balances?)|(?:supply|reserves) on exchanges|balances? on exchanges| balance)\b"
        rf"(?: of [\w ]+)?.{{0,12}} (?:keep )?(?:{_UP}|swells)|return to exchanges|deposited to exchanges",
        -1, r"stablecoin|usdt|usdc|tether"),
    Rule("streak of outflows ends",
         r"\b(?:snap(?:s|ped)?|end(?:s|ed)?|breaks?|broke|halt(?:s|ed)?|stop(?:s|ped)?|revers\w+|after)\b.{0,40}\b(?:run|streak|spree|spell|string|weeks?|days?|months?|-day|-week)\b.{0,12}\b(?:outflow|withdrawal|redemption)|\b(?:snap(?:s|ped)?|ends?|breaks?|halts?|stops?)\b.{0,40}\boutflow"
         r"|\b(?:outflow|redemption)s?\b.{0,12}\b(?:run|streak|spree|spell|string)?\b.{0,12}\b(?:ends?|ended|snapped|broken|over|stops?|halted|comes? to (?:an end|a halt|a stop)|dry up|dries up|reverse)", 1,
         r"first .{0,12}outflow|\binflow.{0,30}\boutflow|exchange|withdrawals? (?:halt|pause|freeze|suspen)|(?:halt|paus|suspend|stop)\w* (?:all |user |customer )?(?:withdrawals|redemptions)"),
    Rule("streak of inflows ends",
         r"\b(?:snap(?:s|ped)?|end(?:s|ed)?|breaks?|broke|halt(?:s|ed)?|stop(?:s|ped)?)\b.{0,40}\binflow"
         r"|\binflows?\b.{0,12}\b(?:run|streak|spree|spell|string)?\b.{0,12}\b(?:ends?|ended|snapped|broken|over|stops?|halted|comes? to (?:an end|a halt|a stop)|dry up|dries up|vanish|stall)", -1, r"exchange"),
    Rule("fund flows are flat", r"\bflows? (?:flat|unchanged|steady)\b|\b(?:zero|no) (?:net )?flows\b", 0),
    Rule("explains flows", r"^(?:explained|why|how|what)\b.*\b(?:inflows?|outflows?)\b", 0),
    Rule("fund outflow eases", r"\boutflows?\b.{0,30}\b(?:slow\w*|eas(?:e|es|ed|ing)|shr[iau]nk\w*|cool\w*|subsid\w+|abat\w+|taper\w*|moderat\w+|dwindl\w+|narrow\w*|drop to|fall to)\b", 1, r"exchange"),
    Rule("fund inflow slows", r"\b(?:inflows?|demand for (?:\w+ )?(?:etfs?|funds))\b.{0,20}\b(?:slow\w*|eas(?:e|es|ed|ing)|shr[iau]nk\w*|cool\w*|dr(?:y|ies|ied)|fad(?:e|es|ing|ed)|dwindl\w+|taper\w*|fall|falls|drop|drops|plung\w+|halve[sd]?|tumbl\w+|dip)\b|\bno (?:new |fresh )?(?:money|cash|inflows?)\b.{0,20}\b(?:funds?|etfs?|for)\b|\binflow drought", -1, r"exchange|stablecoin"),
    Rule("fund outflow", r"\boutflows?\b|\bredemptions\b|\bexodus\b|\bbleeds? (?:\$|usd)", -1,
          r"peg|outflows? (?:slow|eas|shrink|cool|subside)"),
    Rule("fund inflow", r"\binflows?\b", 1, r"inflows? (?:slow|eas|shrink|cool|dry|fade)"),
    Rule("money comes back", rf"\b(?:money|cash|capital|investors?|funds?|billions?|millions?|dollars?|buyers?)\b.{{0,20}}\b(?:pour\w*|flow\w*|flood\w*|rush\w*|pil(?:e|es|ed|ing)|return\w*|stream\w*|com(?:es|ing)|came)(?: back)? (?:in)?to\b.{{0,30}}\b(?:{_ETF}|bitcoin|ether|crypto)\b", 1,
         r"\bno (?:new )?(?:money|cash)|out of"),
    Rule("money leaves funds", rf"\b(?:money|cash|capital|investors?|billions?|millions?|dollars?)\b.{{0,20}}\b(?:pour\w*|flow\w*|flee\w*|fled|rush\w*|stream\w*|exit\w*|drain\w*)\b (?:out of |from )?.{{0,24}}{_ETF}\b", -1, r"\b(?:in)?to\b"),
    Rule("coins to an exchange", rf"\b(?:parks?|parked|sends?|sent|moves?|moved|deposits?|deposited|shifts?|transfers?|transferred)\b.{{0,20}}(?:\d|\b(?:btc|eth|bitcoins?|ether|xrp|coins|tokens)\b).{{0,24}}\b(?:to|on|onto|into|at|with) (?:{_EXCHANGE}|exchanges?|an exchange)\b", -1,
         r"usdt|usdc|stablecoin|tether|dollars|\bto (?:cold|self)|users?|customers|hack|stolen|exploit|from (?:binance|coinbase|kraken|exchanges?)"),
    Rule("stablecoin inflow", r"\b(?:stablecoins?|usdt|usdc|tether|dai)\b.{0,30}\b(?:lands?|arriv\w+|flow\w*|mov\w+|sent|pour\w*|deposit\w+|hit)\b.{0,16}\bexchanges?\b", 1, r"outflow|leav|from exchanges"),
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
          r"\b(?:rejects?|rejected|denies|denied|refuses?)\b.{0,40}\b(?:motion|bail|settlement|request)\b|court denies\b", -1, r"court denies sec"),
    Rule("drops a plan to forbid", r"\b(?:proposals?|plans?|bills?|motions?|bids?|calls?|moves?) to (?:ban|tax|outlaw|restrict|forbid|curb)\b.{0,50}\b(?:reject\w*|fail\w*|dropped|defeated|thrown out|scrapped|dies|voted down|shelved|withdrawn)\b", 1),
    Rule("application refused", r"\b(?:applications?|etfs?|bids?|requests?|licen[cs]es?|registration|filings?)\b.{0,30}\b(?:rejected|denied|refused|turned down|delayed|postponed|disapproved)\b", -1, r"^(?:court|judge)|\bban|appeal|motion|withdrawal requests?"),
    Rule("application refused",
          rf"\b(?:rejects?|denies|disapproves|turns down|says no to|delays?|postpones?|shelves|rules out|kicks)\b.{{0,50}}"
          rf"\b(?:{_ETF}|application|licen[cs]e|registration|decision)\b|withdraws .*(?:application|filing)",
          -1, r"^(?:court|judge)|tax"),
    Rule("pressure ends",
          r"\b(?:sell-?off|selling pressure|downtrend|correction|panic|fear|sell orders|winter|crisis|recession fears"
          r"|default risk)\b.{0,20}\b(?:ends?|fad\w+|eases?|over|exhausted|dries|subsides?|broken|thin|runs out of steam)",
          1, r"not over|far from over"),
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
          r"\b(?:dropped|dismissed|thrown out|lifted|overturned|withdrawn|rolled back|not filed|reversed|scrapped|ends?|wiped|vacated|tossed|quashed|cleared|shelved)\b|\bnot guilty\b|\b(?:found|ruled|declared) (?:innocent|not liable)\b|\b(?:clears?|cleared)\b.{0,30}\bof (?:all |any )?(?:wrongdoing|charges|fraud|blame|allegations)\b"
          r"|\breopens? (?:the |its )?door|\bback (?:at|to) (?:a|one|its) (?:dollar|peg)\b|\b(?:regains?|restor\w+|recovers?|reclaims?) (?:its |the |dollar )*peg\b|\b(?:slide|slump|rout|losing (?:run|streak)|bear market|downtrend|sell-?off) (?:is|looks|may be) over\b",
          1, r"\bmotion\b|join|pleads?|appeal of|\bnot over|far from"),
    Rule("ends something bad", rf"\b{_STOP} (?:its |all |the |most |long-running )?{_BAD}\b", 1,
          r"\bsupport\b|motion|bail|reinstat|court rejects (?:\w+ ){1,3}appeal|adjourn|\b(?:drops?|dropped) (?:as|after|on|amid|over|following)\b|\b(?:launch\w*|opens?|faces?|new) (?:\w+ )?(?:probe|investigation|lawsuit)"),
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
    Rule("macro above forecast",
          rf"\b{_MACRO_COST}\b.*\b(?:above|hotter|higher than|more than (?:expected|feared|forecast)|faster than|beats? forecast|tops|(?:comes?|came|runs?|ran) in? ?hot)\b|\bhot (?:cpi|inflation|ppi)", -1,
          r"preview|ahead of"),
    Rule("macro below forecast",
          rf"\b{_MACRO_COST}\b.*\b(?:below|cooler|softer|lower than|less than|undershoot\w*|unexpectedly (?:falls?|drops?)|(?:comes?|came) in (?:cool|soft))\b|\bsoft (?:cpi|inflation|ppi)", 1,
          r"preview|ahead of"),
    Rule("macro cost falls", rf"\b{_MACRO_COST}\b.{{0,10}} {_DOWN}\b", 1, r"slump|fear"),
    Rule("macro cost rises", rf"\b{_MACRO_COST}\b.{{0,10}} {_UP}\b", -1),
    Rule("rates cut", r"\b(?:cuts?|slash\w*|lower(?:s|ed)?|trims?)\b (?:\w+ ){0,3}(?:rates?|borrowing costs)\b|\bcut(?:s)? rates\b"
          r"|\b\d+ ?bp (?:rate )?cut\b", 1, r"no (?:rate )?cuts?|rules? out|pushes? back|cold water|what|how|preview|ahead of|drops plan|hawkish|tax"),
    Rule("rates raised", r"\b(?:hikes?|raises?|lifts?)\b (?:\w+ ){0,3}(?:rates?|borrowing costs)\b|\bhikes? by \d+|\brate hike(?:s)?\b", -1,
          r"ends? |pause|no more|what|preview|ahead of|denies|cycle|campaign|will it"),
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
          r"|\bbreaks? out\b|\b(?:breaks|closes|climbs|back|rises) above\b|\bturns green\b", 1, r"invalidat|fake|retest|fail|\bwar\b"),
    Rule("price page", r"\bprice (?:prediction|today|analysis|live)\b", 0,
          r"\b(?:soar|surg|jump|rall|plung|crash|drop|bull|bear|buying|optimism|\d+%)\w*"),
    # What has not happened yet moves nothing.
    Rule("preview",
          r"\bahead of (?:the )?(?:cpi|fomc|fed|jobs|payrolls|nonfarm|powell|us |rate|inflation|jackson)|\bbefore (?:the )?(?:cpi|fomc|fed\b|jobs|powell)"
          r"|\bpreview\b|\bwhat to expect\b|\bweek ahead\b|\bawaits?\b|\ball eyes on\b|\b(?:markets|traders|investors) brace for|\bdue (?:today|friday|out|wednesday)"
          r"|\bcountdown\b|\bhow will\b|\bwhat .{0,40} would mean\b|\bto (?:decide|testify|speak|vote)\b|\bset to expire\b|\bsits? tight\b|\bdecision day\b|\bspeaks? (?:at|on|today|tomorrow|later)\b|\bexpir\w+ (?:on|this|today|tomorrow|next)\b"
          r"|\b(?:what|why) .{0,40}\b(?:watch(?:ing)?|await(?:ing)?|look(?:ing)? for)\b|\b(?:questions|things|what) to (?:watch|know|ask)\b|\b(?:three|four|five|3|4|5) (?:questions|things|charts)\b|\bbefore (?:\w+'s )(?:cpi|fomc|jobs|payrolls|inflation|ppi|pce)\b|\beyes (?:on )?(?:the )?(?:fed|cpi|fomc|powell|jobs)\b",
          0, r"\b(?:falls?|drops?|plung\w+|slid\w+|surg\w+|rall\w+|jumps?|sinks?|tumbl\w+|outlook|struggles?|gains|climbs)\b"),
)  # fmt: skip
"""In the order in which they are tried: the first that holds speaks. A name may have several."""

HEDGE = (
    r"\breportedly\b|\brumou?r|\bunconfirmed\b|\bsources?\b|\bconsider(?:s|ing)?\b|\bmulls?\b|\bmay\b|\bcould\b|\bmight\b|\bsaid to\b|\?"
    r"|\b(?:on x|x post|x account|posts?|tweets?|tweeted|twitter|telegram)\b"
)
"""Hearsay, guesses, questions."""
HEDGE_UNLESS = r"\b(?:in|for|since) may\b"
"""The month is no guess."""
