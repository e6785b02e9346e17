"""The layout of a sheet from nobody in particular: many usual headers; the sheet itself proves dates and decimals."""

from __future__ import annotations

from gateway.partnerships.partner import CsvLayout

_HEADERS = {
    "order.purchase_order_number": (
        "PO Number | PO No | PO # | PO | P.O. | P.O. Number | Purchase Order | Purchase Order Number | "
        "Order Number | Order No | Order # | Ord Number | Customer PO | Bestellnummer"
    ),
    "order.release_number": "Release | Release Number | Release No",
    "order.ordered_on": "PO Date | Order Date | Ordered On | Date Ordered | Trans Date | Date | Bestelldatum",
    "order.currency": "Currency | Curr | Currency Code | Währung",
    "order.department": "Department | Dept | Dept #",
    "order.vendor_number": "Vendor Number | Vendor No | Vendor # | Vendor",
    "order.dates.ship_not_before": (
        "Ship Start | Start Ship | Start Date | Ship Date | Ship | Ship Not Before | Requested Ship Date"
    ),
    "order.dates.ship_not_later": "Ship End | End Ship | Ship By | Ship Not Later | Complete Date",
    "order.dates.cancel_after": "Cancel | Cancel Date | Cancel After | Cancel By",
    "order.dates.deliver_by": "Deliver By | Delivery Date | In Hands Date | Need By | Due Date | Liefertermin",
    "ship_to.identifier": (
        "Ship To ID | Ship To Code | Store | Store Number | Store # | Store No | DC | Customer Number | "
        "Customer No | Customer # | Customer ID | Account | Account Number | Account #"
    ),
    "ship_to.name": (
        "Ship To | Ship To Name | Store Name | Delivery Name | Recipient | Customer Name | Customer | "
        "Retailer | Retailer Name | Buyer | Buyer Name | Company | Shop"
    ),
    "ship_to.address": "Ship To Address | Ship To Address 1 | Address | Address 1 | Street | Address Line 1",
    "ship_to.city": "Ship To City | City | Town",
    "ship_to.region": "Ship To State | State | Province | Region | State/Province",
    "ship_to.postal_code": "Ship To Zip | Zip | Zip Code | Postal Code | Postcode | PLZ",
    "ship_to.country": "Ship To Country | Country | Country Code",
    "buyer.name": "Customer Name | Customer | Retailer | Retailer Name | Buyer Name | Buyer | Company",
    "buyer.identifier": "Customer Number | Customer No | Customer # | Customer ID | Account | Account Number",
    "line.buyer_line_id": "Line Number | Line # | Line No",
    "line.identifiers.UP": "UPC | UPC Number | UPC Code | Barcode | UPC/EAN | GTIN | EAN",
    "line.identifiers.VN": (
        "SKU | Item Number | Item # | Item No | Item | Part Number | Part No | Part # | Vendor SKU | "
        "Product Code | Item Code | Article Number | Art. No | Artikel | Artikelnummer"
    ),
    "line.identifiers.ST": "Style | Style Number | Style No | Style # | Style Code",
    "line.identifiers.IN": "Buyer SKU | Buyer Item | Buyer Item Number | Customer SKU | Customer Item",
    "line.quantity": (
        "Quantity | Qty | Order Qty | Order Quantity | Qty Ordered | Quantity Ordered | Units | "
        "Ordered | Menge | Anzahl"
    ),
    "line.unit": "UOM | Unit | Unit of Measure | U/M | Einheit",
    "line.unit_price": (
        "Price | Unit Price | Wholesale | Wholesale Price | WS | WHS | Cost | Unit Cost | Sell Price | "
        "Net Price | Preis"
    ),
    "line.description": (
        "Description | Item Description | Product | Product Name | Item Name | Title | Beschreibung"
    ),
    "line.color": "Color | Colour | Color Name | Farbe",
    "line.size": "Size | Size Name | Größe",
}

TRADE_SHOW = CsvLayout(
    columns={path: tuple(name.strip() for name in names.split("|")) for path, names in _HEADERS.items()},
    date_format="auto",
    decimal="auto",
    blank_key_continues=True,
    unit="EA",
)
"""One row a line, several orders in a file, a blank order number continues the order above.

A header that two paths name goes to the first path that has no column yet: ``Customer`` is the ship-to unless the
sheet has a ship-to of its own. Columns of stock (``Available``, ``On hand``) are not named here, so that stock is never
taken for an order.
"""
