"""What the letters say: e-mails and webhooks rendered from templates and rows; sends nothing."""
