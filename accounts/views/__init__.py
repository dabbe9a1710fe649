"""Pages about oneself: coming in, staying in, one's second factors, and the pages that help."""
