"""Edits: plans of bytes for bytes, with their inverse."""
