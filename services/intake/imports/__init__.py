"""What comes many at a time from elsewhere: tables of reports and e-mail, read strictly and told row by row what is wrong."""
