"""Where a house keeps its cases, its record, its directory and the messages it owes."""
