"""What goes wrong in practice, told calmly: each case is kept, answered and shown, and disturbs nothing else."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from gateway.demo.chronicle import Entry, Telling
from gateway.demo.purchase_orders import acme_order, globex_order
from gateway.demo.running_gateway import NotCome
from gateway.demo.scenes.acme import NUMBER
from gateway.demo.scenes.exchange import acknowledged, demand_verdict
from gateway.demo.stage import Stage
from gateway.demo.x12_summary import elements, group_of_file

GOOD_NEIGHBOUR, CUT_OFF, BROKEN = "4500012346", "4500012347", "4500012348"
FORGED_NUMBER = "G-20878"
_TITLE = "Trouble, and what becomes of it"
_INTRODUCTION = (
    "Files come twice, are cut off on the way, contradict each other, or hold what no guide allows. Each of these is "
    "kept as it came, gets the answer that its sender needs, and is put before a person where one is needed. Nothing "
    "else is disturbed."
)
_AGAIN = Telling(
    "The same file a second time",
    "Byte for byte what Acme sent before. The payload's hash is known, so it is journaled as a duplicate; there is no "
    "second order.",
    "Acme may have sent it again because it lost our 997: the stored one goes out again, the same bytes.",
)
_STORED_997 = Telling(
    "The same 997 again",
    "Not a new acknowledgement with a new number but the bytes that were stored the first time, under the same name.",
)
_CHANGED = Telling(
    "The same order number with another quantity",
    "A new interchange with the order number we already have, but 36 red mugs instead of 24. Sameness is judged by "
    "the partner's business key, here order number and release. It never becomes a second order, and it never changes "
    "the first one by itself.",
    "A 997, because its syntax is fine. The order stays as it was, and a person sees the difference.",
)
_CUT = Telling(
    "An interchange cut off on the way",
    "The file ends in the middle of a line: SE, GE and IEA are missing, so nobody can know what else was in it. The "
    "whole interchange is refused, and the order in it is not booked.",
    "A TA1 with R, rejected. There is no 997: its groups were not looked at.",
)
_BAD = Telling(
    "A purchase order that breaks the guide",
    "Its order date is no date of the calendar, and its first line names a unit of measure that X12 does not know. "
    "Both faults are found in one pass.",
    "A 997 that rejects the set and says where: one AK3 for each segment, one AK4 for each element.",
)
_GOOD = Telling(
    "A good order beside the bad ones",
    "Dropped together with the two bad files above, and taken in the same poll.",
    "A 997 that accepts it. The order waits for a person, as always with Acme.",
)
_REJECTED_INTERCHANGE = Telling(
    "Send that interchange again",
    "The interchange acknowledgement repeats number, date and time of the one it answers. R is rejected, and the code "
    "says what was wrong with the envelope.",
)
_REJECTED_SET = Telling(
    "That set cannot be used, and here is why",
    "AK2 names the set, AK3 the segment by its place in it, AK4 the element with what was found there. AK5 and AK9 say "
    "R: the set, and with it the group, is rejected. Acme's software can show its people the very element.",
)
_ACCEPTED_SET = Telling("We can read it", "Accepted, as if nothing had happened next to it.")
_BLANKETS = Telling("Three blankets are on their way", "In stock, so accepted whole: BAK02 says AD.")
_FORGED = Telling(
    "A message signed with a key that is not Globex's",
    "It names Globex as its sender and is encrypted for us, as it should be, but no certificate that we know Globex "
    "by made its signature. It is kept as it came and goes no further: no document, no order.",
    "A signed MDN that says processed/error. Its text tells a stranger nothing about which step failed.",
)
_SIGNED = Telling(
    "The same order, signed by Globex",
    "Once the key is put right, the order goes through. A first try that failed does not stand in the way.",
    "A 997 and an 855, as before.",
)


def play(stage: Stage) -> None:
    """Every case, and that its neighbours are well."""
    stage.chronicle.chapter(_TITLE, _INTRODUCTION)
    _same_file_again(stage)
    _changed_order(stage)
    _three_at_once(stage)
    _foreign_signature(stage)


def _same_file_again(stage: Stage) -> None:
    acme = stage.cast.acme
    first = next(
        (entry for entry in stage.chronicle.entries() if entry.partner == "acme" and entry.is_x12), None
    )
    if first is None:
        raise NotCome("Acme's first order, to be sent again")
    known = next((e for e in stage.chronicle.entries() if e.partner == "acme" and e.direction == "out"), None)
    again = stage.bring(acme, first.payload, _AGAIN)
    stage.demand(_state(stage, again) == "duplicate", "the duplicate among Acme's files")
    answer = stage.replies(acme, again.at, {"997": _STORED_997}).get("997")
    same = answer is not None and known is not None and answer.payload == known.payload
    stage.demand(same, "the stored 997, sent again with the same bytes")


def _changed_order(stage: Stage) -> None:
    acme = stage.cast.acme
    changed = stage.bring(acme, _order(stage, NUMBER, red=36), _CHANGED)
    readable = Telling("Readable, though not booked", "Its syntax is fine, and that is all a 997 speaks of.")
    answer = stage.replies(acme, changed.at, {"997": readable}).get("997")
    demand_verdict(stage, answer, "A", "a 997 for the order with another quantity")
    conflicts = stage.gateway.work("order_conflict")
    changed.remark = "difference held"
    stage.demand(bool(conflicts), "a work item with the difference between the two orders")
    for item in conflicts:
        differences = item["details"]["differences"]
        stage.chronicle.note(
            "A person sees the difference",
            item["title"],
            [(each["path"], f"{each['before']} before, {each['after']} now") for each in differences],
        )


def _three_at_once(stage: Stage) -> None:
    acme = stage.cast.acme
    cut = stage.drop(acme, _order(stage, CUT_OFF)[:-95], _CUT)
    bad = stage.drop(acme, broken(_order(stage, BROKEN)), _BAD)
    good = stage.drop(acme, _order(stage, GOOD_NEIGHBOUR), _GOOD)
    stage.collect(acme, [cut, bad, good])
    of_bad, of_good = (f"997 {group_of_file(entry.payload)}" for entry in (bad, good))
    answers = stage.replies(
        acme, cut.at, {"TA1": _REJECTED_INTERCHANGE, of_bad: _REJECTED_SET, of_good: _ACCEPTED_SET}
    )
    ta1 = elements(answers["TA1"].payload, "TA1") if "TA1" in answers else []
    stage.demand(bool(ta1) and ta1[0][4] == "R", "a TA1 with R for the interchange that was cut off")
    demand_verdict(stage, answers.get(of_bad), "R", "a 997 with R for the broken order")
    places = [tag for tag in ("AK3", "AK4") if of_bad in answers and elements(answers[of_bad].payload, tag)]
    stage.demand(places == ["AK3", "AK4"], "AK3 and AK4 with the places of the broken order's faults")
    demand_verdict(stage, answers.get(of_good), "A", "a 997 for the good order beside the bad ones")
    refused = [stage.gateway.order("acme", number) for number in (CUT_OFF, BROKEN)]
    stage.demand(refused == [None, None], "the refusal of Acme's cut and broken orders")
    neighbour = stage.gateway.order("acme", GOOD_NEIGHBOUR)
    waiting = neighbour is not None and neighbour["acceptance"] == "waiting"
    stage.demand(waiting, "Acme's good order beside the bad ones, waiting for a person")


def _foreign_signature(stage: Stage) -> None:
    globex = stage.cast.globex
    if globex.desk is None:
        raise AssertionError("Globex writes X12")
    today = stage.now.astimezone(ZoneInfo(globex.desk.zone)).date()
    data = globex.desk.order(globex_order(FORGED_NUMBER, today, lanterns=0), stage.now)
    stage.forge(globex, data, _FORGED, stage.cast.keys.stranger)
    stage.demand(
        stage.gateway.order("globex", FORGED_NUMBER) is None,
        "no order from a message with a foreign signature",
    )
    arrival = stage.post(globex, data, _SIGNED)
    answers = stage.replies(globex, arrival.at, {"997": _ACCEPTED_SET, "855": _BLANKETS})
    demand_verdict(stage, answers.get("997"), "A", "a 997 for the order that Globex signed")
    if "855" in answers:
        acknowledged(stage, globex, answers["855"])


def _order(stage: Stage, number: str, *, red: int = 24) -> bytes:
    desk = stage.cast.acme.desk
    if desk is None:
        raise AssertionError("Acme writes X12")
    return desk.order(
        acme_order(number, stage.now.astimezone(ZoneInfo(desk.zone)).date(), red=red), stage.now
    )


def _state(stage: Stage, entry: Entry) -> str | None:
    return stage.gateway.document(entry.document_id)["state"] if entry.document_id is not None else None


def broken(data: bytes) -> bytes:
    """The interchange with an order date that is none and a unit nobody knows."""
    (beg,) = elements(data, "BEG")
    line = "*".join(elements(data, "PO1")[0])
    bad_beg = "*".join([*beg[:5], beg[5][:4] + "1345", *beg[6:]])
    text = data.decode("latin-1").replace("*".join(beg), bad_beg)
    return text.replace(line, line.replace("*EA*", "*XX*")).encode("latin-1")
