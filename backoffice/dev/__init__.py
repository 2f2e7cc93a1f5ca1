"""What a developer's machine needs: embedded servers, demo data, sandboxes of outside services."""
