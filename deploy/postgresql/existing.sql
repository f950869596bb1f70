-- A database whose one user, waymark, owned all: its tables go to an owner of their own, and
-- waymark goes on working in it with fewer rights. Run it once, as the server's administrator and
-- while nothing of the house runs:
--   psql --set=ON_ERROR_STOP=1 --dbname=waymark --file=existing.sql
BEGIN;
CREATE ROLE waymark_owner LOGIN;
REASSIGN OWNED BY waymark TO waymark_owner;
REVOKE ALL ON DATABASE waymark FROM PUBLIC;
GRANT CONNECT ON DATABASE waymark TO waymark;
REVOKE ALL ON SCHEMA public FROM PUBLIC, waymark;
GRANT USAGE, CREATE ON SCHEMA public TO waymark_owner;
-- In every schema there is: public, and those of a host's houses.
SELECT format('GRANT USAGE ON SCHEMA %1$I TO waymark;'
    ' GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO waymark;'
    ' GRANT USAGE ON ALL SEQUENCES IN SCHEMA %1$I TO waymark', nspname)
FROM pg_namespace WHERE nspname = 'public' OR nspname LIKE 'house\_%'
\gexec
ALTER DEFAULT PRIVILEGES FOR ROLE waymark_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO waymark;
ALTER DEFAULT PRIVILEGES FOR ROLE waymark_owner GRANT USAGE ON SEQUENCES TO waymark;
ALTER DEFAULT PRIVILEGES FOR ROLE waymark_owner GRANT USAGE ON SCHEMAS TO waymark;
COMMIT;
