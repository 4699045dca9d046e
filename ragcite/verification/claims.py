"""Which sentences say something that a source could support."""

from __future__ import annotations

import re

from ragcite.text import words

_HEADING = re.compile(r"\s*(?:#{1,6}\s|[-=*_]{3,}\s*$|\|[\s:|-]+\|?\s*$)")
_QUESTION = re.compile(r"[?？؟;]\s*[\"'”’»)\]*_]*\s*$")
_GREETING = re.compile(
    r"(?:hello|hi|hey|dear \w+|good (?:morning|afternoon|evening|day)|thank(?:s| you)(?: (?:for|very|so) .{1,40})?|"
    r"you're welcome|welcome|sure|certainly|of course|"
    r"okay|ok|yes|no|great(?: question)?|good question|i hope (?:this|that) helps.*|let me know .*|"
    r"please let me know .*|feel free to .*|"
    r"i(?:'m| am) (?:happy|glad|here) to help.*|hallo|guten (?:tag|morgen|abend)|danke.{0,20}|gern(?: geschehen)?|"
    r"hola|buenos días|buenas tardes|gracias.{0,20}|"
    r"de nada|claro|bonjour|salut|merci.{0,20}|bien sûr|你好|您好|谢谢.{0,6}|好的|当然)(?:[,，] (?:there|everyone|all|"
    r"\w+))?[\s!.,。！，]*",
    re.IGNORECASE,
)
_LEAD_IN = re.compile(
    r"(?:here (?:is|are)|the following|below (?:is|are)|in summary|summary|to summari[sz]e|answer|"
    r"the answer(?: is)?|sources?|references?|notes?|"
    r"hier (?:ist|sind)|antwort|quellen?|zusammenfassung|aquí (?:está|están)|respuesta|fuentes?|voici|réponse|答案|"
    r"来源|总结)(?:[^.!?\d]{0,60})?[:：]\s*",
    re.IGNORECASE,
)
_SILENT = re.compile(
    r"(?:the (?:provided |given |available |above )?(?:documents?|sources?|passages?|texts?|context|information|"
    r"excerpts?)(?: (?:provided|given|above|available))?|none of the (?:documents|sources|passages)|"
    r"no (?:document|source|passage))\s(?:do(?:es)?(?: not|n['’]t)|did(?: not|n['’]t)|never|has no|have no|"
    r"contains? no|provides? no|gives? no|says? nothing|says?|mentions?|contains?)\b"
    r"|(?:i|we) (?:could not|couldn['’]t|cannot|can['’]t|can not|did not|didn['’]t|was unable to|were unable to|"
    r"am unable to|do not|don['’]t) (?:find|answer|determine|see|locate|tell|know|have)"
    r"|there is no (?:information|mention|answer)|no information (?:about|on|regarding|is (?:given|provided|"
    r"available))|not (?:mentioned|stated|specified|given) in the (?:documents?|sources?|passages?|text|context)"
    r"|not enough information|i(?: am|['’]m) (?:sorry|unable)|i apologi[sz]e"
    r"|(?:die|den|in den) (?:dokumente[n]?|quellen|unterlagen|texte[n]?)\b.{0,30}\b(?:nicht|keine)|ich (?:konnte|"
    r"kann|habe) .{0,40}(?:nicht|keine)|dazu (?:steht|findet sich) nichts|keine (?:informationen|angaben)"
    r"|(?:los|las) (?:documentos|fuentes|textos)\b.{0,12}\bno\b|no (?:pude|puedo|he podido|se menciona|"
    r"hay información|encontré)|(?:los|las) (?:documentos|fuentes) no"
    r"|les (?:documents?|sources?|textes?)\b.{0,12}\bne\b|je n['’]ai pas (?:trouvé|pu)|aucune information|"
    r"je ne (?:peux|sais)"
    r"|(?:文件|文档|资料|来源|材料)(?:中)?(?:没有|未|并未)|(?:找不到|没有找到|未找到|无法回答|不知道)|没有相关",
    re.IGNORECASE,
)
_SAYING = re.compile(
    r"(?:not|n['’]t|never|no|nothing) (?:\w+ ){0,2}?(?:say|state|mention|contain|specify|provide|include|give|"
    r"answer|address|discuss|indicate|describe|tell|information|mention|answer|about)",
    re.IGNORECASE,
)
_TURN = re.compile(r"\b(?:but|however|although|aber|jedoch|pero|sin embargo|mais|cependant)\b|但", re.IGNORECASE)
_DOCUMENTS = re.compile(r"(?:the |none|no )", re.IGNORECASE)


def not_checkable(sentence: str) -> str | None:
    """Why no source could support `sentence`, in words for people; None where it makes a claim.

    Unsure cases count as claims, so that nothing passes unchecked.
    """
    text = sentence.strip().strip("*_").strip()
    if not words(text):
        return "it has no words"
    if _HEADING.match(text):
        return "it is a heading"
    if _QUESTION.search(text) and not text.endswith(";"):
        return "it is a question"
    if _GREETING.fullmatch(text):
        return "it is a courtesy"
    if _LEAD_IN.fullmatch(text):
        return "it only introduces what follows"
    return "it says that the documents do not answer" if _says_nothing(text) else None


def _says_nothing(text: str) -> bool:
    match = _SILENT.match(text) or _SILENT.search(text[:60])
    if match is None or _TURN.search(text) or any(char.isdigit() for char in text):
        return False
    if _DOCUMENTS.match(match.group()) and re.match(r"(?:the|none|no (?:doc|sou|pas))", match.group(), re.IGNORECASE):
        negative = re.match(r"no(?:ne)?\b", match.group(), re.IGNORECASE)
        return negative is not None or _SAYING.search(text[match.start() :]) is not None
    return True
