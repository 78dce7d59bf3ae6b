-- The user's own tables, as datamon finds them: two months of history. The rest of the year waits in staging.

CREATE INDEX ON staging.predictions (predicted_at);
CREATE INDEX ON staging.labels (label_at);
CREATE TABLE predictions (LIKE staging.predictions INCLUDING ALL);
CREATE TABLE labels (LIKE staging.labels INCLUDING ALL);
INSERT INTO predictions SELECT * FROM staging.predictions WHERE predicted_at < '2013-03-01';
INSERT INTO labels SELECT * FROM staging.labels WHERE label_at < '2013-03-01';
ANALYZE predictions;
ANALYZE labels;
CREATE EXTENSION datamon;
