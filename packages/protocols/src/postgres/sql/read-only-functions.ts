/**
 * Functions of PostgreSQL that only read. What is not named here may write, so that a call of it is never answered twice
 * from one recording; a function of the application's own is one of those.
 */
const names: ReadonlySet<string> = new Set(
  `abs acos acosh age any_value area armor array_agg array_append array_cat array_dims array_fill array_length array_lower array_ndims
  array_position array_positions array_prepend array_remove array_replace array_sample array_shuffle array_sort array_to_json
  array_to_string array_upper ascii asin asinh atan atan2 atanh avg bernoulli bit bit_and bit_count bit_length bit_or bit_xor bool_and
  bool_or bound_box box broadcast btrim cardinality cbrt ceil ceiling center char char_length character character_length chr circle
  clock_timestamp coalesce col_description concat concat_ws convert convert_from convert_to corr cos cosd cosh cot count covar_pop
  covar_samp crosstab crypt cume_dist current_catalog current_database current_date current_query current_role current_schema
  current_schemas current_setting current_time current_timestamp current_user currval date date_add date_bin date_part date_subtract
  date_trunc decimal decode decrypt degrees dense_rank diagonal diameter difference digest div dmetaphone encode encrypt enum_first
  enum_last enum_range erf every exp extract factorial family first_value float floor format format_type gcd
  gen_random_bytes gen_random_uuid gen_salt generate_series generate_subscripts get_bit get_byte greatest grouping
  has_any_column_privilege height hmac host hostmask icount inet_client_addr inet_client_port inet_merge inet_same_family
  inet_server_addr inet_server_port initcap interval isclosed isempty isfinite isopen json justify_days justify_hours
  justify_interval lag last_value lastval lcm lead least left length levenshtein line ln localtime localtimestamp log log10 lower
  lower_inc lower_inf lpad lseg ltrim macaddr8_set7bit make_date make_interval make_time make_timestamp make_timestamptz masklen max
  md5 merge_action metaphone min min_scale mod mode multirange netmask network normalize now npoints nth_value ntile nullif num_nonnulls
  num_nulls numeric numnode numrange obj_description octet_length overlay parse_ident path pclose percent_rank percentile_cont
  percentile_disc phraseto_tsquery pi plainto_tsquery point polygon popen position pow power querytree quote_ident quote_literal
  quote_nullable radians radius random random_normal range_agg range_intersect_agg range_merge rank regr_avgx regr_avgy regr_count
  regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy repeat replace reverse right round row row_number row_to_json rpad rtrim
  scale session_user set_bit set_byte set_masklen setseed setweight sha224 sha256 sha384 sha512 shobj_description sign similarity sin
  sind sinh slope soundex split_part sqrt starts_with statement_timestamp stddev stddev_pop stddev_samp strict_word_similarity string_agg
  string_to_array string_to_table strip strpos substr substring sum system system_user tan tand tanh time timeofday timestamp timestamptz
  timetz to_ascii to_bin to_char to_date to_hex to_json to_jsonb to_number to_oct to_regclass to_regnamespace to_regproc
  to_regprocedure to_regrole to_regtype to_timestamp to_tsquery to_tsvector transaction_timestamp translate trim trim_array trim_scale
  trunc tsvector_to_array tstzrange tsrange txid_current_snapshot unaccent unicode_version unistr unnest upper upper_inc upper_inf user
  uuid_extract_timestamp uuid_extract_version uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5
  uuidv4 uuidv7 daterange int4range int8range int4multirange int8multirange nummultirange datemultirange tsmultirange tstzmultirange
  var_pop var_samp varchar variance version websearch_to_tsquery width width_bucket word_similarity xml xml_is_well_formed xmlagg
  xmlcomment xmlconcat xmlelement xmlexists xmlforest xmlparse xmlpi xmlserialize xmltable xpath xpath_exists
  pg_backend_pid pg_column_compression pg_column_size pg_collation_for pg_conf_load_time pg_current_wal_lsn pg_database_size
  pg_encoding_to_char pg_indexes_size pg_is_in_recovery pg_is_other_temp_schema pg_isolation_test_session_is_blocked
  pg_last_wal_receive_lsn pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_listening_channels pg_my_temp_schema pg_options_to_table
  pg_postmaster_start_time pg_relation_filepath pg_relation_size pg_safe_snapshot_blocking_pids pg_blocking_pids pg_size_bytes
  pg_size_pretty pg_sleep pg_sleep_for pg_sleep_until pg_table_size pg_tablespace_location pg_tablespace_size pg_total_relation_size
  pg_trigger_depth pg_typeof pg_wal_lsn_diff pg_char_to_encoding pg_lock_status pg_show_all_settings pg_timezone_names`
    .split(/\s+/)
    .filter(Boolean),
)

/** Families whose every member reads. */
const families = /^(?:pg_get_|pg_stat_get_|has_|json_|jsonb_|regexp_|st_|ts_|row_)|^pg_\w+_is_visible$|^xpath/

/** Members of these families that write after all. */
const writing = /^(?:st_.*(?:addgeometry|dropgeometry|update).*|ts_stat)$/

/** Whether a function by this name, unqualified and in lower case, only reads. */
export function onlyReads(name: string): boolean {
  return names.has(name) || (families.test(name) && !writing.test(name))
}

/** Functions that change the session, not the data. */
export const sessionFunctions: ReadonlySet<string> = new Set(
  `set_config pg_advisory_lock pg_advisory_lock_shared pg_advisory_unlock pg_advisory_unlock_all pg_advisory_unlock_shared
  pg_advisory_xact_lock pg_advisory_xact_lock_shared pg_try_advisory_lock pg_try_advisory_lock_shared pg_try_advisory_xact_lock
  pg_try_advisory_xact_lock_shared pg_export_snapshot`
    .split(/\s+/)
    .filter(Boolean),
)
