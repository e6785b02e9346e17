"""The operator's console: documents, orders, deliveries, and what waits for a person."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from gateway.core.finding import Finding
from gateway.flow import showing
from gateway.flow.gateway import Gateway
from gateway.flow.tokens import same_token
from gateway.ledger import deliveries, documents, orders, work_items
from gateway.ledger.database import Transaction
from gateway.web import actions, words
from gateway.web.form import query_text, read_form, sheet_page, text_of
from gateway.web.login import Door, login_router, require_form_token
from gateway.web.outcome import finding_rows, order_lines, orders_found, sheet_of
from gateway.web.pages import PageProblem, page, to
from gateway.web.session import Session, Sessions

AREA = "console"
ROWS = 50
MANY = 100
NOBODY_NAMED = "operator"


def console_router(gateway: Gateway, operator_token: str) -> APIRouter:
    """Everything under ``/console``, for whoever has the station's own token."""
    sessions = Sessions(AREA, operator_token)

    def enter(token: str, name: str) -> tuple[str, str] | None:
        return (name or NOBODY_NAMED, "") if same_token(operator_token, token) else None

    door = Door(
        gateway=gateway, sessions=sessions, enter=enter, still_valid=lambda _session: True, asks_name=True
    )
    router = APIRouter(prefix=f"/{AREA}", include_in_schema=False)
    router.include_router(login_router(door))
    _Lists(door).add_to(router)
    _Details(door).add_to(router)
    _add_actions(router, door)

    @router.get("/{rest:path}")
    def nowhere(request: Request) -> Response:
        """Any other address."""
        door.session(request)
        raise _not_here(request.url.path)

    return router


class _Pages:
    """What every page of the console shows besides its own."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.gateway = door.gateway

    def show(
        self, request: Request, tx: Transaction, session: Session, template: str, **values: Any
    ) -> Response:
        """Render a page with the frame around it."""
        configuration = self.gateway.configuration(tx)
        waiting = len(work_items.listed(tx, limit=MANY))
        done = actions.ACTIONS.get(request.query_params.get("done", ""))
        frame = {
            "area": AREA,
            "station": configuration.station.name,
            "zone": ZoneInfo(configuration.station.time_zone),
            "session": session,
            "waiting": f"{MANY}+" if waiting >= MANY else str(waiting) if waiting else "",
            "done": done.done if done else None,
        }
        return page(template, {**frame, **values})


class _Lists(_Pages):
    """The four lists."""

    def add_to(self, router: APIRouter) -> None:
        """Add the lists' addresses."""
        router.add_api_route("", self.work, methods=["GET"], response_class=Response)
        router.add_api_route("/work", self.work, methods=["GET"], response_class=Response)
        router.add_api_route("/documents", self.documents, methods=["GET"], response_class=Response)
        router.add_api_route("/orders", self.orders, methods=["GET"], response_class=Response)
        router.add_api_route("/deliveries", self.deliveries, methods=["GET"], response_class=Response)

    def work(self, request: Request) -> Response:
        """What waits for a person, the oldest first."""
        session = self.door.session(request)
        state = "resolved" if query_text(request, "state") == "resolved" else "open"
        partner = query_text(request, "partner")
        with self.gateway.database.reading() as tx:
            rows = work_items.listed(tx, state=state, limit=MANY, partner=partner)
            filters = {"state": state, "partner": partner}
            return self.show(
                request,
                tx,
                session,
                "work_list.html",
                items=[showing.work_row(row) for row in rows],
                filters=filters,
                partners=_partners(self.gateway, tx),
                more=len(rows) == MANY,
            )

    def documents(self, request: Request) -> Response:
        """Documents, the newest first."""
        session = self.door.session(request)
        filters = _filters(request, "partner", "kind", "state", "direction")
        with self.gateway.database.reading() as tx:
            rows = documents.listed(
                tx, limit=ROWS, before=_before(request, "D"), test=_test(request), **filters
            )
            items = [showing.document_row(row) for row in rows]
            return self._list(request, tx, session, "document", items, filters, words.DOCUMENT_STATES)

    def orders(self, request: Request) -> Response:
        """Orders, the newest first."""
        session = self.door.session(request)
        filters = _filters(request, "partner", "number", "acceptance")
        with self.gateway.database.reading() as tx:
            rows = orders.listed(tx, limit=ROWS, before=_before(request, "O"), test=_test(request), **filters)
            items = [showing.order_row(row) for row in rows]
            return self._list(request, tx, session, "order", items, filters, words.ORDER_STATES)

    def deliveries(self, request: Request) -> Response:
        """Deliveries, the newest first."""
        session = self.door.session(request)
        filters = _filters(request, "partner", "state")
        with self.gateway.database.reading() as tx:
            rows = deliveries.listed(
                tx, limit=ROWS, before=_before(request, "V"), test=_test(request), **filters
            )
            items = [showing.delivery_row(row) for row in rows]
            return self._list(request, tx, session, "delivery", items, filters, words.DELIVERY_STATES)

    def _list(
        self,
        request: Request,
        tx: Transaction,
        session: Session,
        noun: str,
        items: list[dict[str, Any]],
        filters: dict[str, Any],
        states: tuple[str, ...],
    ) -> Response:
        test = query_text(request, "test")
        asked = {name: value for name, value in {**filters, "test": test}.items() if value}
        older = f"?{urlencode({**asked, 'before': items[-1][noun]})}" if len(items) == ROWS else None
        return self.show(
            request,
            tx,
            session,
            f"{noun}_list.html",
            items=items,
            filters={**filters, "test": test},
            filtered=bool(asked),
            paged=query_text(request, "before") is not None,
            older=older,
            states=states,
            partners=_partners(self.gateway, tx),
        )


class _Details(_Pages):
    """One document, order, delivery or work item."""

    def add_to(self, router: APIRouter) -> None:
        """Add the details' addresses."""
        router.add_api_route(
            "/documents/{reference}", self.document, methods=["GET"], response_class=Response
        )
        router.add_api_route("/orders/{reference}", self.order, methods=["GET"], response_class=Response)
        router.add_api_route(
            "/deliveries/{reference}", self.delivery, methods=["GET"], response_class=Response
        )
        router.add_api_route("/work/{reference}", self.work, methods=["GET"], response_class=Response)

    def document(self, request: Request, reference: str) -> Response:
        """One document: findings, sheet, orders, groups, deliveries, journal."""
        session = self.door.session(request)
        number = _number(reference, "D")
        with self.gateway.database.reading() as tx:
            stored = documents.load(tx, number)
            detail = showing.document_detail(tx, number)
            if stored is None or detail is None:
                raise _not_here(reference)
            findings = documents.findings_of(tx, number)
            only, first = sheet_page(request)
            return self.show(
                request,
                tx,
                session,
                "document.html",
                document=detail,
                peer=stored.peer,
                findings=finding_rows(findings),
                sheet=sheet_of(self.gateway, tx, stored, findings, only_problems=only, first=first),
                found=orders_found(tx, number),
                work=[showing.work_row(item) for item in work_items.listed(tx, document_id=number)],
                offered=actions.for_document(detail),
            )

    def order(self, request: Request, reference: str) -> Response:
        """One order: lines, time line, documents, what waits."""
        session = self.door.session(request)
        number = _number(reference, "O")
        with self.gateway.database.reading() as tx:
            detail = showing.order_detail(tx, number)
            if detail is None:
                raise _not_here(reference)
            return self.show(
                request,
                tx,
                session,
                "order.html",
                order=detail,
                # The order's own "855 written" says what the document's "written" repeats.
                timeline=[entry for entry in detail["timeline"] if entry["event"] != "rendered"],
                lines=order_lines(detail),
                offered=actions.for_order(detail),
            )

    def delivery(self, request: Request, reference: str) -> Response:
        """One delivery: where it stands, and what came back."""
        session = self.door.session(request)
        with self.gateway.database.reading() as tx:
            stored = deliveries.load(tx, _number(reference, "V"))
            if stored is None:
                raise _not_here(reference)
            row = showing.delivery_row(stored)
            return self.show(
                request, tx, session, "delivery.html", delivery=row, offered=actions.for_delivery(row)
            )

    def work(self, request: Request, reference: str) -> Response:
        """One work item with the form that resolves it."""
        session = self.door.session(request)
        with self.gateway.database.reading() as tx:
            stored = work_items.load(tx, _number(reference, "W"))
            if stored is None:
                raise _not_here(reference)
            item = showing.work_row(stored)
            details = dict(stored.details or {})
            return self.show(
                request,
                tx,
                session,
                "work.html",
                item=item,
                findings=finding_rows([Finding.from_json(body) for body in details.pop("findings", [])]),
                differences=details.pop("differences", []),
                details={name: value for name, value in details.items() if isinstance(value, str | int)},
                offered=actions.for_work(item),
            )


def _add_actions(router: APIRouter, door: Door) -> None:
    @router.post("/actions")
    async def act(request: Request) -> Response:
        """Do what a form asks for, in the name of whoever is logged in."""
        form = await read_form(request, AREA)
        session = await run_in_threadpool(door.session, request)
        require_form_token(session, text_of(form, "form_token"), AREA)
        name, _, subject = text_of(form, "action").partition(" ")
        action, back = actions.ACTIONS.get(name), words.address(subject)
        if action is None or back is None or not subject.startswith(action.letter):
            raise PageProblem(
                400, "The form can't be read", "Load the page again and send the form from there.", area=AREA
            )
        reason = text_of(form, "reason")
        if not reason:
            raise PageProblem(
                400,
                "A reason is needed",
                "It stands in the journal beside what was done, for whoever asks later.",
                area=AREA,
                back=back,
            )
        by = f"{session.holder} (console)"
        refusal = await run_in_threadpool(
            action.run, door.gateway, _number(subject, action.letter), by, reason
        )
        if refusal is not None:
            raise PageProblem(409, "That can't be done", refusal, area=AREA, back=back)
        return to(f"{back}?done={action.name}")


def _filters(request: Request, *names: str) -> dict[str, Any]:
    return {name: query_text(request, name) for name in names}


def _test(request: Request) -> bool | None:
    return {"yes": True, "no": False}.get(query_text(request, "test") or "")


def _before(request: Request, letter: str) -> int | None:
    reference = query_text(request, "before")
    return _number(reference, letter) if reference else None


def _partners(gateway: Gateway, tx: Transaction) -> list[str]:
    return sorted(gateway.configuration(tx).partners)


def _number(reference: str, letter: str) -> int:
    try:
        return showing.number_of(reference, letter)
    except showing.BadReference as error:
        raise _not_here(reference) from error


def _not_here(reference: str) -> PageProblem:
    return PageProblem(404, "There is no such page", f"{reference} is not here.", area=AREA)
