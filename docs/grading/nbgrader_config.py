"""nbgrader's settings for the example: what a student finds where the solution was."""

c = get_config()  # noqa: F821  (nbgrader puts this name here)
c.ClearSolutions.code_stub = {"python": "return ..."}
