"""Order Gateway: EDI, XML and spreadsheet orders in; acknowledgements, ship notices and invoices out."""

__version__ = "0.1.0"
