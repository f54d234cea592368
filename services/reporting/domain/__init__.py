"""Rules of the picture: frozen values in, decisions and published values out. No I/O; time is an argument."""
