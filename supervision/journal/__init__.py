"""留痕日志: every act, in the transaction of the act, chained by hashes."""
