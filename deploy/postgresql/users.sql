-- A database for one house, or for a host of several, and its two users: waymark_owner owns the
-- tables and comes for `waymark init` and `waymark migrate` alone; waymark works in the house and
-- may neither make, change nor drop a table. Run it once, as the server's administrator:
--   psql --set=ON_ERROR_STOP=1 --file=users.sql
-- Then let both in, as docs/operations.md says.
CREATE ROLE waymark_owner LOGIN;
CREATE ROLE waymark LOGIN;
CREATE DATABASE waymark OWNER waymark_owner TEMPLATE template0 ENCODING 'UTF8';
\connect waymark
REVOKE ALL ON DATABASE waymark FROM PUBLIC;
GRANT CONNECT ON DATABASE waymark TO waymark;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO waymark_owner;
GRANT USAGE ON SCHEMA public TO waymark;
-- Whatever the owner makes from now on, the schemas of a host's houses among it.
ALTER DEFAULT PRIVILEGES FOR ROLE waymark_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO waymark;
ALTER DEFAULT PRIVILEGES FOR ROLE waymark_owner GRANT USAGE ON SEQUENCES TO waymark;
ALTER DEFAULT PRIVILEGES FOR ROLE waymark_owner GRANT USAGE ON SCHEMAS TO waymark;
