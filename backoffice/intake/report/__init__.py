"""The public page `/report`: a notice, step by step, without account, script or server session."""
