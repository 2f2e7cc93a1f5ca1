"""Erasing what is known of a party: what goes, what the law has us keep, until when."""
