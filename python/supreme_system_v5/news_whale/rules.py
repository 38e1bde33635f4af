"""What a model of words gets wrong: denials, reversals, flows, liquidations, surprises, previews.

Each rule is a pattern over sanitised text in small letters, in the order in which they are tried;
``docs/news.md``, "Rules", has them in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["HEDGE", "RULES", "Rule", "find_rule"]

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
    r"(?:inflation|cpi|core pce|pce|producer prices|ppi|consumer prices|unemployment|jobless (?:rate|claims)"
    r"|recession (?:fears?|odds|risk)|core inflation|default risk|treasury yields?)"
)
_BAD = (
    r"(?:(?:[\w$.'-]+ ){0,3}?(?:lawsuits?|suit|case|charges?|ban|bans|probe|investigation|appeal|objection"
    r"|complaint|class action|sanctions|crackdown|restrictions?|freeze|(?:withdrawal )?limits?|tax"
    r"|accusations?|warning|accounting rule|tariffs))"
)
_STOP = (
    r"(?:drops?|dropped|withdraws?|withdrew|dismiss\w*|throws? out|toss\w*|ends?|ended|closes?|lifts?"
    r"|lifted|revers\w+|overturn\w*|repeals?|rescinds?|scraps?|abandons?|strikes? down|removes?|drops? plan to"
    r"|abolish\w*|rolls? back|rolled back|eases?|pauses?|suspends? (?=tariff)|rejects? (?=(?:crypto|sec|ban|call|a )))"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Attributes:
        name: What it is called in the reasons.
        pattern: Searched for in the text in small letters.
        sign: -1, 0 or 1: what the headline says where the pattern is found.
        unless: Not where this is found; None for nothing.
    """

    name: str
    pattern: re.Pattern[str]
    sign: int
    unless: re.Pattern[str] | None = None

    def holds(self, text: str) -> bool:
        """Tell whether it speaks about a text in small letters."""
        return bool(self.pattern.search(text)) and not (self.unless and self.unless.search(text))


def _rule(name: str, pattern: str, sign: int, unless: str | None = None) -> Rule:
    return Rule(name, re.compile(pattern), sign, re.compile(unless) if unless else None)


_FEES = r"(?:gas fees?|transaction fees?|(?:network )?fees?)"
_COINS = r"(?:btc|bitcoin|eth|ether|ethereum|coins?|solana|sol|xrp|\w+)"
_ETF = r"(?:etfs?|etps?|funds?|trusts?|products?)"

_EXCHANGE = r"(?:binance|coinbase|kraken|okx|bybit|kucoin|gemini|bitfinex|bitstamp|upbit|bithumb|bitget|deribit|gate\.io|crypto\.com|robinhood)"

RULES = (
    # Denials and retractions: what was claimed is taken back.
    _rule(
        "denial",
        r"\b(?:den(?:y|ies|ied)(?: (?!bail|motion|appeal|settlement|(?:[\w.']+ ){1,5}(?:application|proposal"
        r"|etf$|motion|bail|appeal))|$)|refut\w+|debunk\w*|retracts?|fake news|plays? down (?:\w+ ){0,3}rumou?rs"
        r"|was unauthori[sz]ed|(?:is|are|was|were) (?:false|fake|untrue)|claims? untrue|calls? \w+ fake"
        r"|did not (?:file|approve|buy)|no funds lost|correction:|rejects? (?:claims|allegations|reports?)"
        r"|dismiss\w* (?:claims|allegations|rumou?rs|reports)|(?:hack|breach|rumou?r|report)s? (?:debunked|false))"
        r"|\bsays .{0,40}\baccount\b.{0,20}\b(?:compromised|hacked)|\b(?:has|have|did) ?n[o']t (?:approved?|filed?|been hacked|halted|agreed)\b"
        r"|\bunauthori[sz]ed (?:post|tweet|statement)|^no, .*\b(?:isn't|is not|won't|will not)\b",
        0,
        r"^[^,;]*\b(?:hack\w*|exploit\w*|stolen|delay\w*|halts?|los(?:es|t))\b[^,;]*[,;].*\b(?:den(?:y|ies)|refut)|\bcourt den|judge den|denied bail|sec (?:denies|disapproves) .*(?:application|proposal)",
    ),
    _rule("rumour", r"^(?:rumou?r|unconfirmed)\b|\bunconfirmed reports?\b", 0),
    # Flow nouns: the sign is that of the pair.
    _rule("exchange outflow",
          rf"\bexchange (?:\w+ )?outflows?\b|\boutflows? from exchanges\b|\bleaves? {_EXCHANGE}\b|\b{_EXCHANGE} sees .{{0,30}}\boutflows?\b",
          1, r"stablecoin|usdt|usdc|tether"),
    _rule("exchange inflow", rf"\bexchange inflows?\b|\b(?:btc|bitcoin|coins?|{_COINS}) inflows? to exchanges\b",
          -1, r"stablecoin|usdt|usdc|tether|\bdai\b|\b\w+usd\b"),
    _rule("stablecoin inflow", r"\b(?:stablecoins?|usdt|usdc|tether|dai|\w+usd)\b.* inflows? to exchanges", 1),
    _rule(
        "exchange balance falls",
        rf"(?:exchange (?:\w+ )?(?:reserves?|balances?)|supply on exchanges|balances? on exchanges|balance)\b"
        rf"(?: of [\w ]+)?.{{0,12}} (?:keep )?(?:{_DOWN}|at \S+-year low)|leav\w+ exchanges|off exchanges|withdrawn from exchanges",
        1, r"stablecoin|usdt|usdc|tether|usd leaves"),
    _rule(
        "exchange balance rises",
        rf"(?:exchange (?:reserves?|balances?)|supply on exchanges|balances? on exchanges|[\w.]+ balance)\b"
        rf"(?: of [\w ]+)?.{{0,12}} (?:keep )?(?:{_UP}|swells)|return to exchanges|deposited to exchanges",
        -1, r"stablecoin|usdt|usdc|tether"),
    _rule("streak of outflows ends", r"\b(?:snaps?|ends?|breaks?|halts?|stops?)\b.{0,40}\boutflow", 1),
    _rule("streak of inflows ends", r"\b(?:snaps?|ends?|breaks?|halts?|stops?)\b.{0,40}\binflow", -1),
    _rule("fund flows are flat", r"\bflows? (?:flat|unchanged|steady)\b", 0),
    _rule("explains flows", r"^(?:explained|why|how|what)\b.*\b(?:inflows?|outflows?)\b", 0),
    _rule("fund outflow", r"\boutflows?\b|\bredemptions\b|\bexodus\b|\bbleeds? (?:\$|usd)", -1,
          r"peg|outflows? (?:slow|eas|shrink|cool|subside)"),
    _rule("fund outflow eases", r"\boutflows? (?:slow|eas|shrink|cool|subside)", 1),
    _rule("fund inflow", r"\binflows?\b", 1, r"inflows? (?:slow|eas|shrink|cool|dry|fade)"),
    _rule("money leaves funds",
          rf"\b(?:shed|lose|lost|leaves|yank|pull|withdraw)\b.{{0,30}}{_ETF}\b|{_ETF}\b.{{0,12}}\b(?:shed|lose|lost)\b", -1),
    # Liquidations: who is burned.
    _rule(
        "shorts liquidated",
        r"\b(?:shorts?|short (?:sellers?|positions?)|bears|bearish bets)\b.{0,60}\b(?:liquidat\w+|wiped|lose|burned"
        r"|squeezed|vanish|evaporate|rekt|crushed|scramble)|\bliquidat\w+.{0,30}\bshort|\bshort squeeze"
        r"|bears (?:crushed|rekt|scramble|retreat)",
        1, r"longs"),
    _rule(
        "longs liquidated",
        r"\b(?:longs?|long positions?|bulls|leveraged (?:bets|longs|positions))\b.{0,60}\b(?:liquidat\w+|wiped|lose|burned"
        r"|flushed|squeezed|vanish|evaporate|rekt)|\bliquidat\w+.{0,30}\b(?:long|leveraged)|liquidation cascade"
        r"|crypto liquidations|liquidations (?:top|soar|exceed|hit)|traders liquidated",
        -1, r"short"),
    # Reversals: an end put to something bad, or to something good.
    _rule("deal or motion refused",
          r"\b(?:rejects?|rejected|denies|denied|refuses?)\b.{0,40}\b(?:motion|bail|settlement|request)\b|court denies (?!sec)", -1),
    _rule("application refused",
          rf"\b(?:rejects?|denies|disapproves|turns down|says no to|delays?|postpones?|shelves|rules out|kicks)\b.{{0,50}}"
          rf"\b(?:{_ETF}|application|licen[cs]e|registration|decision)\b|withdraws .*(?:application|filing)",
          -1, r"^(?:court|judge)|tax"),
    _rule("pressure ends",
          r"\b(?:sell-?off|selling pressure|downtrend|correction|panic|fear|sell orders|winter|crisis|recession fears"
          r"|default risk)\b.{0,20}\b(?:ends?|fad\w+|eases?|over|exhausted|dries|subsides?|broken|thin|runs out of steam)",
          1, r"not over|far from over"),
    _rule("hopes end",
          r"\b(?:hopes?|rally|bounce|recovery|gains|momentum|optimism|talks|deal|rescue|buy orders|relief)\b.{0,25}"
          r"\b(?:fad\w+|dash\w+|evaporat\w+|fizzl\w+|collaps\w+|fails?|stalls?|vanish\w*|short-lived|falls? (?:apart|through)"
          r"|loses? steam|thin|runs? out of steam|falters?)", -1),
    _rule("cases end",
          r"\b(?:lawsuits?|suit|case|charges?|appeal|probe|ban|sanctions|tariffs|freeze|limits?|class action)\b.{0,30}"
          r"\b(?:dropped|dismissed|thrown out|lifted|overturned|withdrawn|rolled back|not filed|reversed|scrapped|ends?)\b",
          1, r"\bmotion\b|join"),
    _rule("ends something bad", rf"\b{_STOP} (?:its |all |the |most |long-running )?{_BAD}\b", 1,
          r"\bsupport\b|motion|bail|reinstat|court rejects (?!sec)(?:\w+ ){1,3}appeal|adjourn|\b(?:drops?|dropped) (?:as|after|on|amid|over|following)\b|\b(?:launch\w*|opens?|faces?|new) (?:\w+ )?(?:probe|investigation|lawsuit)"),
    _rule("drops a plan to forbid",
          r"\b(?:scraps?|drops?|abandons?|shelves|rejects?|delays?|postpones?|cuts?|will not)\b.{0,30}\b(?:ban|tax|restrict|forbid)\b",
          1, r"accounts|legalis|payments? (?:over|after)|hash ?rate"),
    _rule("law not passed", r"\b(?:bill|bid|proposal|motion)\b.{0,40}\b(?:fails?|dies|stalls|rejected|blocked)\b|\b(?:blocks?|kills?|vetoes|rejects?)\b.{0,40}\b(?:bill|proposal to legali[sz]e)\b", -1),
    _rule("recovered",
          r"\b(?:resum\w+|restor\w+|reopen\w*|unfreez\w+|unblocks?|reimburs\w+|refund\w*|compensat\w+|recover(?:s|ed)?"
          r"|repays?|repaid|returns?|made whole|retrieves?|gets back|releases?)\b.{0,40}\b(?:withdrawals|deposits|trading|funds|users|victims"
          r"|customers|creditors|stolen|accounts|assets|losses|\$[\d.]+|usd|in full|with interest)\b"
          r"|\b(?:acquit\w*|pardon\w*|cleared of|exonerat\w+|white hat|foils?)\b|creditors to be repaid",
          1, r"fails to|\bto delist|demands?|conditions|\breport on\b|guidance"),
    # Costs: less of them is good.
    _rule("fees fall", rf"\b{_FEES}\b.{{0,12}}\b{_DOWN}\b|\b(?:cuts?|slash\w*|waives?|lowers?|reduc\w+)\b.{{0,16}}\bfees?\b", 1),
    _rule("fees rise", rf"\b{_FEES}\b.{{0,12}}\b(?:soar|spike|surge|jump|rise|skyrocket|hit record)|\bhikes? fees", -1),
    _rule("hack losses fall", rf"\b(?:hack|theft|scam) losses\b.{{0,12}}\b{_DOWN}\b", 1),
    # Macro: the sign of the surprise.
    _rule("hopes of cuts dashed",
          r"\b(?:dash\w*|dent\w*|crush\w*|fade|dims?|shrink|collapse|evaporate|fewer)\b.{0,40}\b(?:rate[- ]cuts?|easing|cut bets)\b"
          r"|\brate[- ]cut (?:odds|hopes|bets)\b.{0,12}\b(?:shrink|fall|fade|collapse|dashed|evaporate|drop)", -1),
    _rule("hopes of cuts grow",
          r"\b(?:boost\w*|rais\w+|fuel\w*|lifts?|build|jump|climb|more)\b.{0,30}\b(?:rate[- ]cuts?|easing|cut bets)\b"
          r"|\brate[- ]cut (?:odds|hopes|bets)\b.{0,12}\b(?:jump|climb|rise|build|grow)", 1),
    _rule("macro as expected",
          rf"\b(?:{_MACRO_COST}|fed|ecb|rates?|payrolls|jobs report|central bank|boe|bank of \w+|rba)\b.*\b(?:in line|as expected|as (?:markets|economists)"
          r" expected|meets|matches|unchanged|on hold)\b|\bkeeps? rates|\bleaves? rates|\bstands pat\b|\bholds? rates(?: steady)?(?: as expected)?$", 0,
          r"hints?|signals?|tumble|rall|surge"),
    _rule("macro above forecast",
          rf"\b{_MACRO_COST}\b.*\b(?:above|hotter|higher than|more than (?:expected|feared|forecast)|beats? forecast|tops)\b|\bhot (?:cpi|inflation)", -1,
          r"preview|ahead of"),
    _rule("macro below forecast",
          rf"\b{_MACRO_COST}\b.*\b(?:below|cooler|softer|lower than|less than|undershoot\w*|unexpectedly (?:fall|drop))\b|\bsoft (?:cpi|inflation)", 1,
          r"preview|ahead of"),
    _rule("macro cost falls", rf"\b{_MACRO_COST}\b.{{0,10}} {_DOWN}\b", 1, r"slump|fear"),
    _rule("macro cost rises", rf"\b{_MACRO_COST}\b.{{0,10}} {_UP}\b", -1),
    _rule("rates cut", r"\b(?:cuts?|slash\w*|lower(?:s|ed)?|trims?)\b (?:\w+ ){0,3}(?:rates?|borrowing costs)\b|\bcut(?:s)? rates\b"
          r"|\b\d+ ?bp (?:rate )?cut\b", 1, r"no (?:rate )?cuts?|rules? out|pushes? back|cold water|what|how|preview|ahead of|drops plan|hawkish|tax"),
    _rule("rates raised", r"\b(?:hikes?|raises?|lifts?)\b (?:\w+ ){0,3}(?:rates?|borrowing costs)\b|\bhikes? by \d+|\brate hike(?:s)?\b", -1,
          r"ends? |pause|no more|what|preview|ahead of|denies|cycle|campaign|will it"),
    # Prices, where words of one sign say the other.
    _rule("losses end",
          r"\b(?:pares?|trims?|recoups?|erases|cuts?|recovers (?:\w+ )?) (?:\w+ )?loss(?:es)?\b|\b(?:snaps?|ends?|breaks)\b.{0,24}\blosing streak"
          r"|\bbiggest gainer\b|\boutage over\b|\bback online\b|\brefus\w+ to (?:sell|die|fall|give up)\b|\bcorrection will not last\b"
          r"|\bcrash unlikely\b|\bnot in a bubble\b|\bstop(?:s|ped)? selling\b|\b(?:worst|pain) is over\b|\bdays below .{0,12} are over\b", 1),
    _rule("gains end",
          r"\b(?:pares?|trims?|erases?|wipes? out|gives? back|surrenders?)\b.{0,24}\bgains\b|\bwinning streak (?:ends|snapped)|\bbiggest loser\b"
          r"|\bdoes not convince\b|\bstruggles? (?:to|below|under)\b|\bpulls? back from\b|\bfails to (?:hold|break|reclaim)\b|\brally is a trap\b"
          r"|\bnot (?:worth|ready for) the hype\b|\bdead cat bounce\b", -1),
    _rule("no bad end",
          r"\bshould(?: not|n't) (?:abandon|sell|panic|worry|fear)|\b(?:fewer|less) .{0,24}\b(?:willing to sell|sellers|selling)\b|\bsellers (?:are )?giving up\b"
          r"|^(?!.*\b(?:bans?|falls?|fell|drops?|los\w+|risks?|fails?|slid\w*|flat|still)\b.*despite).*\bdespite\b.{0,40}\b(?:slump|crash|collapse|drop|sell-?off|bear market"
          r"|losses|lawsuit|turmoil|winter|downturn)\b", 1),
    _rule("no good one",
          r"\bnot (?:a |the |very )?(?:good|safe|viable|useful|sustainable)\b|\bfake-?out\b|\bbull trap\b|\bcannot (?:become|replace|scale|win)\b", -1),
    _rule("a rally predicted", r"\bpredicts?\b.{0,24}\b(?:rall(?:y|ies)|surge|breakout|explosion)\b", 1, r"\bno\b|end of"),
    _rule("a low",
          r"\b(?:\w+-(?:month|year|week|day)|all-time|record|yearly|new|fresh) lows?\b|\blowest (?:level|price|point)?\s?(?:since|in)\b", -1,
          r"volatility|fees?\b|inflation|unemployment|cpi|supply|balances?|reserves|price predict|bounces?|rebounds?|recovers|from (?:a )?\S+ low"),
    _rule("bearish chart",
          r"\bdeath cross\b|\bdouble top\b|(?<!inverse )\bhead and shoulders\b|\bbear flag\b|\bbreakdown\b|\bbearish (?:divergence|signal|path)\b"
          r"|\b(?:breaks|closes|falls|drops|back|slips) below\b|\bturns red\b", -1, r"invalidat|avoid|fake"),
    _rule("bullish chart",
          r"\bgolden cross\b|\bdouble bottom\b|\binverse head and shoulders\b|\bbull flag\b|\bfalling wedge\b|\bbullish (?:divergence|signal)\b"
          r"|\bbreaks? out\b|\b(?:breaks|closes|climbs|back|rises) above\b|\bturns green\b", 1, r"invalidat|fake|retest|fail|\bwar\b"),
    _rule("price page", r"\bprice (?:prediction|today|analysis|live)\b", 0,
          r"\b(?:soar|surg|jump|rall|plung|crash|drop|bull|bear|buying|optimism|\d+%)\w*"),
    # What has not happened yet moves nothing.
    _rule("preview",
          r"\bahead of (?:the )?(?:cpi|fomc|fed|jobs|payrolls|nonfarm|powell|us |rate|inflation|jackson)|\bbefore (?:the )?(?:cpi|fomc|fed\b|jobs|powell)"
          r"|\bpreview\b|\bwhat to expect\b|\bweek ahead\b|\bawaits?\b|\ball eyes on\b|\b(?:markets|traders|investors) brace for|\bdue (?:today|friday|out|wednesday)"
          r"|\bcountdown\b|\bhow will\b|\bwhat .{0,40} would mean\b|\bto (?:decide|testify|speak|vote)\b|\bset to expire\b",
          0, r"\b(?:falls?|drops?|plung\w+|slid\w+|surg\w+|rall\w+|jumps?|sinks?|tumbl\w+|outlook|struggles?|gains|climbs)\b"),
)  # fmt: skip
"""In the order in which they are tried: the first that holds speaks."""

HEDGE = re.compile(
    r"\breportedly\b|\brumou?r|\bunconfirmed\b|\bsources?\b|\bconsider(?:s|ing)?\b|\bmulls?\b|(?<!in )(?<!for )(?<!since )\bmay\b|\bcould\b"
    r"|\bmight\b|\bsaid to\b|\?|\b(?:on x|x post|x account|posts?|tweets?|tweeted|twitter|telegram)\b"
)
"""What halves the confidence: hearsay, guesses, questions."""


def find_rule(text: str) -> Rule | None:
    """Return the first rule that speaks about sanitised text in small letters."""
    return next((rule for rule in RULES if rule.holds(text)), None)
