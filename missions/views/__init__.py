"""Pages on missions: posture, postings, compartments, markings, travel."""
