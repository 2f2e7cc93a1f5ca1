"""E-mails that come in: read, told apart from robots, and put into the ticket they belong to."""
