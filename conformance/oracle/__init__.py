"""Generated questions whose answers the kit knows by itself.

`cohort` makes hostile records, `generator` draws questions from them, `evaluator` answers those
naively, `judging` compares that with what the server says, `shrinker` takes away from a question
what does not matter, and `blame` names the rule that is left. Nothing here is the server's.
"""
