"""Lists and single things as JSON, for the operator's token: the same shape as ``--json`` on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Depends, Query, Request, Security

from gateway.api.problem import Problem
from gateway.api.tokens import TOKEN, bearer, require_operator
from gateway.flow import showing
from gateway.flow.gateway import Gateway
from gateway.ledger import deliveries, documents, invoices, orders, work_items
from gateway.ledger.database import Transaction

Limit = Query(100, ge=1, le=1000)


def lists_router(gateway: Gateway, operator_token: str) -> APIRouter:
    """``GET /api/v1/documents|orders|deliveries|invoices|work``; cursors are the last row's id."""

    def operator(request: Request) -> None:
        require_operator(operator_token, bearer(request))

    router = APIRouter(prefix="/api/v1", dependencies=[Security(TOKEN), Depends(operator)])
    _serve_documents(router, gateway)
    _serve_orders(router, gateway)
    _serve_deliveries(router, gateway)
    _serve_work(router, gateway)
    return router


def _serve_documents(router: APIRouter, gateway: Gateway) -> None:
    @router.get("/documents", tags=["documents"])
    def list_documents(
        partner: str | None = None,
        kind: str | None = None,
        state: str | None = None,
        limit: int = Limit,
        before: str | None = None,
    ) -> dict[str, Any]:
        """Documents, the newest first."""
        cursor = _number(before, "D")
        with gateway.database.reading() as tx:
            rows = documents.listed(
                tx, limit=limit + 1, before=cursor, partner=partner, kind=kind, state=state
            )
        return _page([showing.document_row(row) for row in rows], "document", limit)

    @router.get("/documents/{document}", tags=["documents"])
    def show_document(document: str) -> dict[str, Any]:
        """One document with its groups, findings, deliveries and journal."""
        return _one(gateway, document, "D", showing.document_detail)


def _serve_orders(router: APIRouter, gateway: Gateway) -> None:
    @router.get("/orders", tags=["orders"])
    def list_orders(
        partner: str | None = None,
        number: str | None = None,
        acceptance: str | None = None,
        limit: int = Limit,
        before: str | None = None,
    ) -> dict[str, Any]:
        """Orders, the newest first."""
        cursor = _number(before, "O")
        with gateway.database.reading() as tx:
            rows = orders.listed(
                tx, limit=limit + 1, before=cursor, number=number, partner=partner, acceptance=acceptance
            )
        return _page([showing.order_row(row) for row in rows], "order", limit)

    @router.get("/orders/{order}", tags=["orders"])
    def show_order(order: str) -> dict[str, Any]:
        """One order with quantities, answers, shipments, invoices and time line."""
        return _one(gateway, order, "O", showing.order_detail)


def _serve_deliveries(router: APIRouter, gateway: Gateway) -> None:
    @router.get("/deliveries", tags=["deliveries"])
    def list_deliveries(
        partner: str | None = None, state: str | None = None, limit: int = Limit, before: str | None = None
    ) -> dict[str, Any]:
        """Deliveries, the newest first."""
        cursor = _number(before, "V")
        with gateway.database.reading() as tx:
            rows = deliveries.listed(tx, limit=limit + 1, before=cursor, partner=partner, state=state)
        return _page([showing.delivery_row(row) for row in rows], "delivery", limit)


def _serve_work(router: APIRouter, gateway: Gateway) -> None:
    @router.get("/invoices", tags=["invoices"])
    def list_invoices(
        partner: str | None = None, limit: int = Limit, before: str | None = None
    ) -> dict[str, Any]:
        """Invoices, the newest first."""
        cursor = _number(before, "I")
        with gateway.database.reading() as tx:
            rows = invoices.listed(tx, limit=limit + 1, before=cursor, partner=partner)
        return _page([showing.invoice_row(row) for row in rows], "invoice", limit)

    @router.get("/work", tags=["work"])
    def list_work(state: str = "open", limit: int = Limit, after: str | None = None) -> dict[str, Any]:
        """What waits for a person, the oldest first."""
        cursor = _number(after, "W")
        with gateway.database.reading() as tx:
            rows = work_items.listed(tx, state=state, limit=limit + 1, after=cursor)
        return _page([showing.work_row(row) for row in rows], "work", limit)


def _page(rows: list[dict[str, Any]], key: str, limit: int) -> dict[str, Any]:
    """A page of rows that were asked for with one more; ``next`` is the cursor of the following page, if any."""
    page: dict[str, Any] = {"items": rows[:limit]}
    if len(rows) > limit:
        page["next"] = rows[limit - 1][key]
    return page


def _one(
    gateway: Gateway, reference: str, letter: str, load: Callable[[Transaction, int], dict[str, Any] | None]
) -> dict[str, Any]:
    number = _number(reference, letter)
    with gateway.database.reading() as tx:
        detail = load(tx, number) if number is not None else None
    if detail is None:
        raise Problem(404, "There is no such thing", f"{reference} is not here")
    return detail


def _number(reference: str | None, letter: str) -> int | None:
    if reference is None:
        return None
    try:
        return showing.number_of(reference, letter)
    except showing.BadReference as error:
        raise Problem(400, "The reference can't be read", str(error)) from error
