"""What a notebook shows: tables of a screen's height as HTML, every text of the data escaped, nothing fetched."""
