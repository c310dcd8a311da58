"""Official forms and data sheets as PDF."""
