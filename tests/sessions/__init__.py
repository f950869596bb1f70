"""Two people work on one case at the same moment, stepped statement by statement."""
