-- Tintype's library, version 1. A released file is never edited: the next change is v002_….sql.
-- Times: `*_at` are seconds since 1970 (UTC, REAL), except asset.taken_at, a local wall clock as ISO 8601 text.
-- Paths and names are BLOBs: bytes as the file system holds them, not necessarily UTF-8.

CREATE TABLE root (
    id INTEGER PRIMARY KEY,
    directory_id INTEGER NOT NULL UNIQUE REFERENCES directory(id),
    path BLOB NOT NULL UNIQUE,                     -- absolute, without a trailing slash
    state TEXT NOT NULL DEFAULT 'watched' CHECK (state IN ('watched', 'polled', 'offline')),
    added_at REAL NOT NULL
) STRICT;

-- A directory is (parent, name), so renaming one touches one row however much lies below it.
-- A root's own directory has no parent and is named by its absolute path.
CREATE TABLE directory (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES directory(id) ON DELETE CASCADE,
    name BLOB NOT NULL,
    UNIQUE (parent_id, name)
) STRICT;

CREATE TABLE asset (
    id INTEGER PRIMARY KEY,
    content_hash BLOB NOT NULL UNIQUE,             -- SHA-256 of the whole file
    byte_count INTEGER NOT NULL,
    kind TEXT NOT NULL DEFAULT 'unknown' CHECK (kind IN ('unknown', 'photo', 'video')),
    format TEXT,                                   -- 'jpeg', 'heic', 'mp4', …: what the bytes are, not the extension
    width INTEGER, height INTEGER,                 -- pixels, as seen: orientation applied
    duration REAL,                                 -- seconds, videos and animations
    orientation INTEGER,                           -- EXIF 1…8 as stored in the file
    taken_at TEXT,                                 -- local wall clock, 'YYYY-MM-DDTHH:MM:SS.sss'
    taken_offset INTEGER,                          -- minutes east of UTC, NULL where the file does not say
    taken_source TEXT CHECK (taken_source IN ('exif', 'container', 'name', 'modified')),
    camera_make TEXT, camera_model TEXT, lens TEXT,
    exposure_time REAL, f_number REAL, iso INTEGER, focal_length REAL,   -- seconds, f-stops, ISO, millimetres
    latitude REAL, longitude REAL, altitude REAL,  -- degrees WGS 84, metres
    perceptual_hash INTEGER,
    is_screenshot INTEGER NOT NULL DEFAULT 0,
    damage TEXT,                                   -- what is broken in the file, for a person
    facts_at REAL, words_at REAL, described_at REAL   -- when each stage was done, NULL: not yet
) STRICT;
CREATE INDEX asset_taken_at ON asset(taken_at);
CREATE INDEX asset_kind ON asset(kind, taken_at);
CREATE INDEX asset_screenshot ON asset(taken_at) WHERE is_screenshot;
CREATE INDEX asset_place ON asset(latitude, longitude) WHERE latitude IS NOT NULL;

CREATE TABLE file (
    id INTEGER PRIMARY KEY,
    directory_id INTEGER NOT NULL REFERENCES directory(id) ON DELETE CASCADE,
    name BLOB NOT NULL,
    device INTEGER NOT NULL, inode INTEGER NOT NULL,
    byte_count INTEGER NOT NULL,
    modified_at REAL NOT NULL,
    asset_id INTEGER REFERENCES asset(id),         -- NULL until the content is hashed
    seen_at REAL NOT NULL,
    UNIQUE (directory_id, name)
) STRICT;
CREATE INDEX file_asset ON file(asset_id);

CREATE TABLE description (
    id INTEGER PRIMARY KEY,
    asset_id INTEGER NOT NULL REFERENCES asset(id) ON DELETE CASCADE,
    field TEXT NOT NULL CHECK (field IN ('caption', 'ocr', 'tag', 'title')),
    text TEXT NOT NULL,
    confidence REAL,                               -- 0…1, NULL: the source gives none
    language TEXT,
    source TEXT NOT NULL CHECK (source IN ('first-look', 'engine', 'user')),
    engine TEXT, model TEXT, model_digest TEXT, prompt_digest TEXT, settings TEXT, seed INTEGER,
    span_start REAL, span_end REAL,                -- seconds inside a video
    created_at REAL NOT NULL
) STRICT;
CREATE INDEX description_asset ON description(asset_id, field);
CREATE INDEX description_tag ON description(text, source, asset_id) WHERE field = 'tag';

-- One row per thing to do; a finished job is deleted. `identity` works on a file, every later stage on an asset,
-- so one content is never worked on twice. A number is never used again: a late result cannot end another's job.
CREATE TABLE job (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    stage TEXT NOT NULL CHECK (stage IN ('identity', 'facts', 'words', 'description')),
    file_id INTEGER REFERENCES file(id) ON DELETE CASCADE,
    asset_id INTEGER REFERENCES asset(id) ON DELETE CASCADE,
    priority INTEGER NOT NULL,                     -- 0 new, 1 recent, 2 backlog
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'running', 'failed')),
    sort_time REAL NOT NULL,                       -- the file's modification time: newest first within a priority
    attempts INTEGER NOT NULL DEFAULT 0,           -- how often it was started and not handed back
    interruptions INTEGER NOT NULL DEFAULT 0,      -- how often the daemon died while it ran
    not_before REAL NOT NULL DEFAULT 0,
    leased_at REAL,
    error_code TEXT, error_message TEXT, failed_at REAL,
    CHECK ((stage = 'identity') = (file_id IS NOT NULL)),
    CHECK ((file_id IS NULL) <> (asset_id IS NULL)),
    UNIQUE (file_id, stage), UNIQUE (asset_id, stage)
) STRICT;
-- A job whose drive is away is put off to a time that never comes (9e9), and is in no index that leases look through.
CREATE INDEX job_next ON job(stage, priority, sort_time DESC) WHERE state = 'waiting' AND not_before < 9000000000;
CREATE INDEX job_due ON job(stage, not_before) WHERE state = 'waiting';
CREATE INDEX job_running ON job(leased_at) WHERE state = 'running';
CREATE INDEX job_failed ON job(failed_at) WHERE state = 'failed';

-- What lies nowhere is not worked on: an asset that lost its last file keeps its descriptions and loses its jobs.
CREATE TRIGGER file_delete_purge AFTER DELETE ON file WHEN old.asset_id IS NOT NULL BEGIN
    DELETE FROM job WHERE asset_id = old.asset_id AND NOT EXISTS (SELECT 1 FROM file WHERE asset_id = old.asset_id);
END;
CREATE TRIGGER file_update_purge AFTER UPDATE OF asset_id ON file
    WHEN old.asset_id IS NOT NULL AND old.asset_id IS NOT new.asset_id BEGIN
    DELETE FROM job WHERE asset_id = old.asset_id AND NOT EXISTS (SELECT 1 FROM file WHERE asset_id = old.asset_id);
END;

-- Counts that every reply and every look at the status wants, kept by the triggers below so that nobody counts rows.
CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO tally VALUES ('files', 0), ('undescribed', 0);   -- undescribed: files whose content has no description yet
INSERT INTO tally                                            -- and the jobs: 'facts waiting', 'words failed', …
    SELECT stage.column1 || ' ' || state.column1, 0
    FROM (VALUES ('identity'), ('facts'), ('words'), ('description')) AS stage,
        (VALUES ('waiting'), ('running'), ('failed')) AS state;
CREATE TRIGGER file_insert_tally AFTER INSERT ON file BEGIN
    UPDATE tally SET count = count + 1 WHERE name = 'files';
    UPDATE tally SET count = count + 1 - (SELECT count(described_at) FROM asset WHERE id = new.asset_id)
        WHERE name = 'undescribed';
END;
CREATE TRIGGER file_delete_tally AFTER DELETE ON file BEGIN
    UPDATE tally SET count = count - 1 WHERE name = 'files';
    UPDATE tally SET count = count - 1 + (SELECT count(described_at) FROM asset WHERE id = old.asset_id)
        WHERE name = 'undescribed';
END;
CREATE TRIGGER file_update_tally AFTER UPDATE OF asset_id ON file WHEN old.asset_id IS NOT new.asset_id BEGIN
    UPDATE tally SET count = count + (SELECT count(described_at) FROM asset WHERE id = old.asset_id)
        - (SELECT count(described_at) FROM asset WHERE id = new.asset_id) WHERE name = 'undescribed';
END;
CREATE TRIGGER asset_update_tally AFTER UPDATE OF described_at ON asset
    WHEN (old.described_at IS NULL) <> (new.described_at IS NULL) BEGIN
    UPDATE tally SET count = count + (SELECT count(*) FROM file WHERE asset_id = new.id)
        * CASE WHEN new.described_at IS NULL THEN 1 ELSE -1 END WHERE name = 'undescribed';
END;
CREATE TRIGGER job_insert_tally AFTER INSERT ON job BEGIN
    UPDATE tally SET count = count + 1 WHERE name = new.stage || ' ' || new.state;
END;
CREATE TRIGGER job_delete_tally AFTER DELETE ON job BEGIN
    UPDATE tally SET count = count - 1 WHERE name = old.stage || ' ' || old.state;
END;
CREATE TRIGGER job_update_tally AFTER UPDATE OF state ON job WHEN old.state <> new.state BEGIN
    UPDATE tally SET count = count - 1 WHERE name = old.stage || ' ' || old.state;
    UPDATE tally SET count = count + 1 WHERE name = new.stage || ' ' || new.state;
END;

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;   -- e.g. paused

-- What the two full-text indexes hold, a row a file (rowid = file.id), kept in step by the triggers below.
-- The text is prepared (SearchText.swift): CJK characters stand apart, `facts` holds camera and lens, and `folded` plain
-- forms of accented words.
CREATE TABLE search_text (
    id INTEGER PRIMARY KEY REFERENCES file(id) ON DELETE CASCADE,
    name TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '', caption TEXT NOT NULL DEFAULT '',
    ocr TEXT NOT NULL DEFAULT '', facts TEXT NOT NULL DEFAULT '', folded TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE VIRTUAL TABLE search USING fts5(
    name, tags, caption, ocr, facts, folded, content='search_text', content_rowid='id',
    tokenize='porter unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE search_part USING fts5(
    name, tags, caption, ocr, facts, folded, content='search_text', content_rowid='id', tokenize='trigram');
CREATE TRIGGER search_text_insert AFTER INSERT ON search_text BEGIN
    INSERT INTO search(rowid, name, tags, caption, ocr, facts, folded)
        VALUES (new.id, new.name, new.tags, new.caption, new.ocr, new.facts, new.folded);
    INSERT INTO search_part(rowid, name, tags, caption, ocr, facts, folded)
        VALUES (new.id, new.name, new.tags, new.caption, new.ocr, new.facts, new.folded);
END;
CREATE TRIGGER search_text_delete AFTER DELETE ON search_text BEGIN
    INSERT INTO search(search, rowid, name, tags, caption, ocr, facts, folded)
        VALUES ('delete', old.id, old.name, old.tags, old.caption, old.ocr, old.facts, old.folded);
    INSERT INTO search_part(search_part, rowid, name, tags, caption, ocr, facts, folded)
        VALUES ('delete', old.id, old.name, old.tags, old.caption, old.ocr, old.facts, old.folded);
END;
CREATE TRIGGER search_text_update AFTER UPDATE ON search_text BEGIN
    INSERT INTO search(search, rowid, name, tags, caption, ocr, facts, folded)
        VALUES ('delete', old.id, old.name, old.tags, old.caption, old.ocr, old.facts, old.folded);
    INSERT INTO search_part(search_part, rowid, name, tags, caption, ocr, facts, folded)
        VALUES ('delete', old.id, old.name, old.tags, old.caption, old.ocr, old.facts, old.folded);
    INSERT INTO search(rowid, name, tags, caption, ocr, facts, folded)
        VALUES (new.id, new.name, new.tags, new.caption, new.ocr, new.facts, new.folded);
    INSERT INTO search_part(rowid, name, tags, caption, ocr, facts, folded)
        VALUES (new.id, new.name, new.tags, new.caption, new.ocr, new.facts, new.folded);
END;
