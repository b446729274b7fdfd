"""From recorded observations to a verdict: the only place where one is given.

A probe or a keyword records :class:`~bench.judgement.observation.Observation`; a test declares
:class:`~bench.judgement.check.Check`; a criterion, a named pure function, answers a check from the observations
alone. The same answer can therefore be computed again, on another machine, from the journal."""
