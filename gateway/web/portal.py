"""The buyers' portal: upload a file, see the orders found in it and each error beside its row. Only one's own."""

from __future__ import annotations

import asyncio
import re
import time
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from gateway.core.finding import Finding
from gateway.flow import showing
from gateway.flow.gateway import Gateway
from gateway.flow.local_time import zone
from gateway.flow.receive import Arrival, receive
from gateway.flow.tokens import partner_of_token, token_of, upload_door
from gateway.ledger import documents, journal, orders
from gateway.ledger.database import Transaction
from gateway.ledger.documents import StoredDocument
from gateway.partnerships.partner import Partner
from gateway.web import words
from gateway.web.form import LARGEST_UPLOAD, file_of, read_form, sheet_page, text_of
from gateway.web.login import Door, login_router, require_form_token
from gateway.web.outcome import finding_rows, order_lines, orders_found, sheet_of
from gateway.web.pages import PageProblem, page, to
from gateway.web.session import Session, Sessions

AREA = "portal"
ROWS = 25
WAIT_SECONDS = 6.0
LOOK_SECONDS = 0.1

# Findings about who may send what name other partners and our files; a buyer gets a sentence of their own instead.
_OF_ROUTING = re.compile(r"(sender|receiver|partner|group|door)-\w+")


def portal_router(gateway: Gateway, operator_token: str) -> APIRouter:
    """Everything under ``/portal``, for whoever has a partner's token; sessions are made with the operator's."""
    sessions = Sessions(AREA, operator_token)

    def enter(token: str, _name: str) -> tuple[str, str] | None:
        partner = partner_of_token(gateway, token)
        return (partner.code, sessions.mark(token)) if partner is not None else None

    def still_valid(session: Session) -> bool:
        with gateway.database.reading() as tx:
            partner = gateway.configuration(tx).partners.get(session.holder)
        token = token_of(gateway, partner) if partner is not None else None
        return token is not None and sessions.mark(token) == session.mark

    door = Door(gateway=gateway, sessions=sessions, enter=enter, still_valid=still_valid, asks_name=False)
    router = APIRouter(prefix=f"/{AREA}", include_in_schema=False)
    router.include_router(login_router(door))
    _Portal(door).add_to(router)
    _add_upload(router, door)

    @router.get("/{rest:path}")
    def nowhere(request: Request) -> Response:
        """Any other address."""
        door.session(request)
        raise _not_here()

    return router


class _Portal:
    """The pages of one partner."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.gateway = door.gateway

    def add_to(self, router: APIRouter) -> None:
        """Add the addresses."""
        router.add_api_route("", self.home, methods=["GET"], response_class=Response)
        router.add_api_route("/orders", self.orders, methods=["GET"], response_class=Response)
        router.add_api_route(
            "/documents/{reference}", self.document, methods=["GET"], response_class=Response
        )
        router.add_api_route("/orders/{reference}", self.order, methods=["GET"], response_class=Response)

    def home(self, request: Request) -> Response:
        """The upload form, and the files that came before."""
        session = self.door.session(request)
        with self.gateway.database.reading() as tx:
            rows = documents.listed(
                tx, limit=ROWS, before=_before(request, "D"), partner=session.holder, direction="in"
            )
            items = [showing.document_row(row) for row in rows]
            partner = self.gateway.partner(tx, session.holder)
            return self._show(
                request,
                tx,
                session,
                "portal_home.html",
                items=items,
                older=items[-1]["document"] if len(items) == ROWS else None,
                may_upload=upload_door(self.gateway, partner) is not None,
                largest=LARGEST_UPLOAD >> 20,
            )

    def orders(self, request: Request) -> Response:
        """The partner's orders, the newest first."""
        session = self.door.session(request)
        with self.gateway.database.reading() as tx:
            rows = orders.listed(tx, limit=ROWS, before=_before(request, "O"), partner=session.holder)
            items = [showing.order_row(row) for row in rows]
            older = items[-1]["order"] if len(items) == ROWS else None
            return self._show(request, tx, session, "portal_orders.html", items=items, older=older)

    def document(self, request: Request, reference: str) -> Response:
        """One file: what became of it, its orders, its rows. A duplicate shows the first."""
        session = self.door.session(request)
        with self.gateway.database.reading() as tx:
            stored = _own_document(tx, session, reference)
            first = _first_of(tx, session, stored)
            findings = _for_buyer(documents.findings_of(tx, first.id))
            only, start = sheet_page(request)
            sheet = sheet_of(self.gateway, tx, first, findings, only_problems=only, first=start)
            own = [found for found in orders_found(tx, first.id) if found.partner == session.holder]
            general = sheet.general if sheet is not None else findings
            return self._show(
                request,
                tx,
                session,
                "portal_document.html",
                document=showing.document_row(stored),
                first=showing.document_row(first),
                repeats=first.id != stored.id,
                found=own,
                sheet=sheet,
                errors=sum(finding.is_error for finding in findings),
                findings=finding_rows(general),
            )

    def order(self, request: Request, reference: str) -> Response:
        """One order: where it stands, its lines, what happened."""
        session = self.door.session(request)
        with self.gateway.database.reading() as tx:
            stored = orders.load(tx, _number(reference, "O"))
            detail = showing.order_detail(tx, stored.id) if stored is not None else None
            if stored is None or detail is None or stored.partner != session.holder:
                raise _not_here()
            entries = [
                showing.entry_row(entry)
                for entry in journal.of_order(tx, stored.id)
                if entry.event in words.BUYER_EVENTS
            ]
            document = documents.load(tx, stored.document_id)
            return self._show(
                request,
                tx,
                session,
                "portal_order.html",
                order=detail,
                lines=order_lines(detail),
                entries=entries,
                file=document.file_name if document is not None else None,
            )

    def _show(
        self, request: Request, tx: Transaction, session: Session, template: str, **values: Any
    ) -> Response:
        partner: Partner = self.gateway.partner(tx, session.holder)
        frame = {
            "area": AREA,
            "station": self.gateway.configuration(tx).station.name,
            "zone": zone(self.gateway, tx, partner),
            "session": session,
            "partner": partner,
            "buyer_acceptance": words.BUYER_ACCEPTANCE,
            "buyer_events": words.BUYER_EVENTS,
        }
        return page(template, {**frame, **values})


def _add_upload(router: APIRouter, door: Door) -> None:
    @router.post("/upload")
    async def upload(request: Request) -> Response:
        """Take a file: archived and committed first, then a short wait for what becomes of it."""
        session = await run_in_threadpool(door.session, request)
        form = await read_form(request, AREA, largest=LARGEST_UPLOAD)
        require_form_token(session, text_of(form, "form_token"), AREA)
        chosen = await file_of(form, "file")
        if chosen is None or not chosen[0]:
            title = "Choose a file first" if chosen is None else "The file is empty"
            raise PageProblem(400, title, "Go back, choose the file with your orders and send it.", area=AREA)
        peer = request.client.host if request.client else "unknown"
        document_id = await run_in_threadpool(_receive, door.gateway, session, *chosen, peer)
        await _translated(door.gateway, document_id)
        return to(f"/{AREA}/documents/D{document_id}")


def _receive(gateway: Gateway, session: Session, data: bytes, name: str | None, peer: str) -> int:
    """Through the same door as uploads by program: the bytes are safe when this returns."""
    with gateway.database.reading() as tx:
        partner = gateway.partner(tx, session.holder)
    connection = upload_door(gateway, partner)
    if connection is None:
        raise PageProblem(
            403, "Uploads are not agreed yet", "Ask us to switch them on for you, then try again.", area=AREA
        )
    arrival = Arrival(
        data=data, door=connection, file_name=name, partner=partner.code, peer=f"{partner.code}@{peer}"
    )
    return receive(gateway, arrival)


async def _translated(gateway: Gateway, document_id: int) -> None:
    """Wait a moment for the runner. Whatever it needs longer for, the document's page waits for with a refresh."""

    def read() -> bool:
        with gateway.database.reading() as tx:
            document = documents.load(tx, document_id)
        return document is None or document.state != "received"

    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and not await run_in_threadpool(read):
        await asyncio.sleep(LOOK_SECONDS)


def _own_document(tx: Transaction, session: Session, reference: str) -> StoredDocument:
    """An inbound document of the partner. Raises PageProblem 404, the same for another partner's as for none."""
    document = documents.load(tx, _number(reference, "D"))
    if document is None or document.direction != "in" or document.partner != session.holder:
        raise _not_here()
    return document


def _first_of(tx: Transaction, session: Session, document: StoredDocument) -> StoredDocument:
    if document.duplicate_of is None:
        return document
    first = documents.load(tx, document.duplicate_of)
    return first if first is not None and first.partner == session.holder else document


def _for_buyer(findings: list[Finding]) -> list[Finding]:
    """The findings without what concerns only us: our files and rules, and who else trades with us."""
    return list(dict.fromkeys(map(_told_to_buyer, findings)))


def _told_to_buyer(finding: Finding) -> Finding:
    location = replace(finding.location, file=None)  # the page says which; some point into our own files
    if not _OF_ROUTING.fullmatch(finding.code) or not finding.is_error:
        return replace(finding, location=location, rule=None)
    return Finding(
        code="envelope-not-agreed",
        location=location,
        message="The file does not say, in the way agreed with you, who sends it to whom",
        fix="Check sender and receiver in the file's envelope, or ask us",
    )


def _before(request: Request, letter: str) -> int | None:
    reference = request.query_params.get("before")
    return _number(reference, letter) if reference else None


def _number(reference: str, letter: str) -> int:
    try:
        return showing.number_of(reference, letter)
    except showing.BadReference as error:
        raise _not_here() from error


def _not_here() -> PageProblem:
    return PageProblem(404, "There is no such page", "It may have been another order or file.", area=AREA)
