-- Whether other services could read what is held. What they could not is never let go on; a person sees it and rejects it.
CREATE FUNCTION is_readable(body bytea) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    RETURN coalesce(json_typeof(convert_from(body, 'UTF8')::json -> 'text') = 'string', false);
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN
    RETURN false;
END $$;
