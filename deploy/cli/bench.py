from deploy.errors import CannotGoOn


def run_bench(arguments: list[str]) -> None:
    try:
        from bench.run import main
    except ModuleNotFoundError as error:
        if error.name not in {"bench", "bench.run"}:
            raise
        raise CannotGoOn(
            "The measurements are part of the source tree: run `vardkase bench` from there."
        ) from error
    main(arguments)
