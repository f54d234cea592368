-- A message can also have come back, or be let go by an operator after it was given up; neither is sent again.
ALTER TABLE email_message
    DROP CONSTRAINT email_message_state_check,
    ADD CONSTRAINT email_message_state_check CHECK (state IN ('waiting', 'sent', 'given_up', 'bounced', 'dropped'));
