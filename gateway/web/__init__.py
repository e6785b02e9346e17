"""The pages: a console for the operator, a portal for buyers. Rendered here, over the same services as the API."""
