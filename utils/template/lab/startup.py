"""Runs first in each kernel of `make lab`: what Dateline refuses stands as its sentence below the reader's own line, without forty lines of its insides."""


def _say_it_shortly():
    from types import TracebackType

    from IPython import get_ipython

    def show(shell, kind, error, trace, tb_offset=None):
        steps = [trace]
        while steps[-1].tb_next:
            steps.append(steps[-1].tb_next)
        refused = steps[-1].tb_frame.f_globals.get("__name__", "").startswith("utils.")
        cell = next((step for step in reversed(steps) if step.tb_frame.f_globals is shell.user_global_ns), None)
        if not (refused and cell):
            return shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        shell._get_exc_info((kind, error, trace))  # so that %tb and %debug still have all of it
        own = TracebackType(None, cell.tb_frame, cell.tb_lasti, cell.tb_lineno)
        shell._showtraceback(kind, error, shell.InteractiveTB.structured_traceback(kind, error, own, tb_offset=0))

    get_ipython().set_custom_exc((ValueError, OSError), show)


_say_it_shortly()
del _say_it_shortly
