# Fish reads this at the first TAB behind e2e-host.
e2e-host completion fish | source
