"""What an operator deploys: the image's steps, the platforms' files, the packages."""
