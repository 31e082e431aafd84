"""Who there is and what they hold: tables, rules, and their form on the wire. Plain functions, no await."""
