"""Two synthetic participants who hold a sample consultation, through links like everybody's."""
