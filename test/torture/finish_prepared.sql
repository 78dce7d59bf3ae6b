-- Finishes transactions that were left over, or whose writer was killed, in one way or the other; "all" all of them.
SELECT pg_advisory_lock_shared(1) \g /dev/null
SELECT format('%s PREPARED %L', CASE WHEN prepared < now() - interval '15 seconds' OR random() < 0.3 THEN 'ROLLBACK' ELSE 'COMMIT' END, gid)
FROM pg_prepared_xacts
WHERE :'all' = 'all' OR prepared < now() - interval '1 second' * CASE WHEN gid LIKE 'own%' THEN 12 ELSE 8 * random() END \gexec
