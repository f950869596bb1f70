-- Both users' passwords, from the environment of the one who runs it; for docker-compose.yml, which
-- gives nobody a certificate and lets nobody in by the name of their account.
\getenv owner OWNER_PASSWORD
\getenv house HOUSE_PASSWORD
ALTER ROLE waymark_owner PASSWORD :'owner';
ALTER ROLE waymark PASSWORD :'house';
