"""A proposed timetable from wishes: who meets whom, when, at which booth, with which interpreter.

`problem` says what is asked, `programme` writes it as an integer programme, `solving` solves that in a
process of its own, `timetable` makes placements of the solution, `reasons` says why a wish was left out.
docs/matching.md explains it.
"""
