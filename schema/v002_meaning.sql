-- Version 2: what descriptions mean, as vectors of a sentence encoder, so that a picture is found by other words than those
-- that were written of it.

ALTER TABLE asset ADD COLUMN meaning_at REAL;      -- when its vectors were made; NULL: not yet, or it is described otherwise now
CREATE INDEX asset_meaning ON asset(id) WHERE meaning_at IS NULL AND (words_at IS NOT NULL OR described_at IS NOT NULL);

-- A vector for each text about an asset. A number is never used again: an index in memory knows vectors by their numbers,
-- and looks for new ones behind the last that it knows.
CREATE TABLE meaning (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    asset_id INTEGER NOT NULL REFERENCES asset(id) ON DELETE CASCADE,
    vector BLOB NOT NULL                           -- 384 signed bytes: a direction
) STRICT;
CREATE INDEX meaning_asset ON meaning(asset_id);

-- What is said of an asset has changed: its vectors stay until new ones take their place.
CREATE TRIGGER description_insert_meaning AFTER INSERT ON description BEGIN
    UPDATE asset SET meaning_at = NULL WHERE id = new.asset_id AND meaning_at IS NOT NULL;
END;
CREATE TRIGGER description_delete_meaning AFTER DELETE ON description BEGIN
    UPDATE asset SET meaning_at = NULL WHERE id = old.asset_id AND meaning_at IS NOT NULL;
END;
