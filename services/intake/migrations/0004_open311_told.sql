-- What its sender may be shown again, redacted: nothing sealed has to be opened to list a thousand requests. The description is
-- NULL where it is never told. Attributes that nobody asked for are not kept: they may hold anything about anybody.
ALTER TABLE open311_request ADD COLUMN description text, ADD COLUMN address text, DROP COLUMN attributes;
