"""The certificate for the office: of a draw, of a task before its plan is frozen, and for nobody else."""
