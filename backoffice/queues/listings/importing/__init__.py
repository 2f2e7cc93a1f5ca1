"""Imports: a file of listings comes in, its columns are agreed on, its rows are stored by a job."""
