"""What the codes of 997, 999 and TA1 say, in our words. A 999 uses those of the 997 and some about guides
besides.
"""

from __future__ import annotations

ACCEPTED = frozenset(
    "AE"
)  # AK501 (717) and AK901 (715): the set or group was taken, perhaps with errors noted

STATUS_WORDS = {  # AK501 (717), AK901 (715)
    "A": "accepted",
    "E": "accepted, errors noted",
    "P": "partly accepted",
    "R": "rejected",
    "M": "rejected: message authentication failed",
    "W": "rejected: assurance invalid",
    "X": "rejected: content could not be decrypted",
}

SEGMENT_WORDS = {  # AK304 (720), IK304 (620)
    "1": "segment id unknown",
    "2": "segment not expected here",
    "3": "mandatory segment missing",
    "4": "loop repeats too often",
    "5": "segment repeats too often",
    "6": "segment not in this transaction set",
    "7": "segment out of sequence",
    "8": "segment has errors in its elements",
    "I4": "the guide does not use this segment",
    "I6": "a segment that others require is missing",
    "I7": "loop occurs less often than the guide asks",
    "I8": "segment occurs less often than the guide asks",
    "I9": "the guide does not use this segment beside the others",
}

ELEMENT_WORDS = {  # AK403 (723), IK403 (621)
    "1": "mandatory element missing",
    "2": "element required by another one missing",
    "3": "too many elements",
    "4": "element too short",
    "5": "element too long",
    "6": "character not allowed",
    "7": "code not in the list",
    "8": "date invalid",
    "9": "time invalid",
    "10": "elements exclude each other",
    "12": "element repeats too often",
    "13": "too many components",
    "I6": "the guide does not use this code",
    "I9": "an element that others require is missing",
    "I10": "the guide does not use this element",
    "I11": "element occurs less often than the guide asks",
    "I12": "value does not follow the guide's pattern",
    "I13": "the guide does not use this element beside the others",
}

SET_WORDS = {  # AK502 to AK506 (718), IK502 to IK506 (618)
    "1": "transaction set not supported",
    "2": "SE missing",
    "3": "control numbers in ST and SE differ",
    "4": "number of segments differs from SE01",
    "5": "segments in error",
    "6": "set identifier (ST01) missing or invalid",
    "7": "set control number (ST02) missing or invalid",
    "8": "authentication key unknown",
    "9": "encryption key unknown",
    "10": "security service not available",
    "11": "security recipient unknown",
    "12": "length of encrypted text wrong",
    "13": "message authentication failed",
    "15": "security originator unknown",
    "16": "decrypted text has syntax errors",
    "17": "security not supported",
    "18": "transaction set not allowed in this group",
    "19": "convention reference (ST03) invalid",
    "23": "set control number used twice in the group",
    "24": "S3E missing",
    "25": "S3S missing",
    "26": "S4E missing",
    "27": "S4S missing",
    "I5": "segments against the guide",
    "I6": "guide not supported",
}

GROUP_WORDS = {  # AK905 to AK909 (716)
    "1": "functional group not supported",
    "2": "version of the group not supported",
    "3": "GE missing",
    "4": "control numbers in GS and GE differ",
    "5": "number of transaction sets differs from GE01",
    "6": "group control number malformed",
    "10": "authentication key unknown",
    "11": "encryption key unknown",
    "12": "security service not available",
    "13": "security recipient unknown",
    "14": "security originator unknown",
    "15": "decrypted text has syntax errors",
    "16": "security not supported",
    "17": "length of encrypted text wrong",
    "18": "message authentication failed",
    "19": "group control number used twice in the interchange",
    "23": "S3E missing",
    "24": "S3S missing",
    "25": "S4E missing",
    "26": "S4S missing",
}

INTERCHANGE_WORDS = {  # TA105 (I18)
    "000": "no error",
    "001": "control numbers in ISA and IEA differ",
    "002": "control standard not supported",
    "003": "version of the controls not supported",
    "004": "segment terminator invalid",
    "005": "sender qualifier (ISA05) invalid",
    "006": "sender id (ISA06) invalid",
    "007": "receiver qualifier (ISA07) invalid",
    "008": "receiver id (ISA08) invalid",
    "009": "receiver id (ISA08) unknown",
    "010": "authorization qualifier (ISA01) invalid",
    "011": "authorization information (ISA02) invalid",
    "012": "security qualifier (ISA03) invalid",
    "013": "security information (ISA04) invalid",
    "014": "interchange date (ISA09) invalid",
    "015": "interchange time (ISA10) invalid",
    "016": "standards id (ISA11) invalid",
    "017": "interchange version (ISA12) invalid",
    "018": "interchange control number (ISA13) invalid",
    "019": "acknowledgement request (ISA14) invalid",
    "020": "usage indicator (ISA15) invalid",
    "021": "number of groups differs from IEA01",
    "022": "control structure invalid",
    "023": "file ends too early",
    "024": "content of the interchange invalid",
    "025": "interchange control number used twice",
    "026": "element separator invalid",
    "027": "component separator invalid",
    "028": "delivery date of a deferred delivery request invalid",
    "029": "delivery time of a deferred delivery request invalid",
    "030": "delivery code of a deferred delivery request invalid",
    "031": "grade of service invalid",
}


def in_words(words: dict[str, str], code: str) -> str:
    """``code not in the list (7)``; a code that no list has is shown alone."""
    return f"{words[code]} ({code})" if code in words else f"code {code}"
