"""What a machine can say of a notice: of the report, of the right, of its targets and sellers."""
