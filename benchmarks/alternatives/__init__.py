"""The reference step by engines somebody might take instead, in an environment of their own.

`python -m benchmarks engines` asks for it; `script/engines` installs them. Each module is one
engine and has prepare(): it opens a copy of the house's database and gives back how a step is taken
there. The statements of a step are those Waymark itself sends, so an engine is measured by what it
adds: finding where a case stands, moving it on, and keeping that. It decides nothing.
"""
